#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "report/quantity.hpp"
#include "report/sections/sections.hpp"

namespace shmlab::report {
namespace {

constexpr std::string_view handover_scenario = "ping_pong";  // whose operation is a hand-over there and back, as the floor is

const Job* job_to_draw(const ReportView& view) {
  const auto found = std::ranges::find(view.jobs, handover_scenario, &Job::scenario);
  return found == view.jobs.end() ? nullptr : &*found;
}

Chart chart_of(const ReportView& view, const Job& job) {
  Chart chart{.id = "floor-multiples",
              .description = fmt::format("{}: time of a round trip as a multiple of a cache line's, logarithmic, smallest on top",
                                         job.title),
              .kind = ChartKind::dots,
              .x = {"multiple of a cache line there and back"},
              .y = {},
              .group_title = view.group_title(),
              .points = {}};
  std::vector<CaseRow> rows = job.rows;
  std::ranges::sort(rows, {}, [](const CaseRow& row) {
    return std::tuple(row.floor_multiple > 0 ? row.floor_multiple : 0, row.name, row.run);
  });
  for (const CaseRow& row : rows) {
    if (row.floor_multiple > 0) {
      chart.points.push_back(
          {row.label, view.group_of(row), row.floor_multiple, 0, row.floor_multiple, row.floor_multiple, false});
    }
  }
  return chart;
}

/// A row for each strategy, a column for each job; of several rows of a strategy the smallest.
Table table_of(const ReportView& view) {
  Table table{"Time of an operation over a cache line's round trip", {{"strategy"}}, {}};
  std::map<std::string, std::vector<double>> multiples;
  for (std::size_t j = 0; j < view.jobs.size(); ++j) {
    const std::optional<std::size_t> run = view.newest_of(view.jobs[j]);
    table.columns.push_back({view.jobs[j].title, true});
    for (const CaseRow& row : view.jobs[j].rows) {
      if (row.run != run) { continue; }
      std::vector<double>& cells = multiples.try_emplace(row.strategy, view.jobs.size(), not_measured).first->second;
      cells[j] = row.floor_multiple < cells[j] || !(cells[j] > 0) ? row.floor_multiple : cells[j];
    }
  }
  for (const auto& [strategy, cells] : multiples) {
    TableRow row{{strategy}, strategy};
    std::ranges::transform(cells, std::back_inserter(row.cells), significant);
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

Section floor_section(const ReportView& view) {
  Section section{.id = "floor",
                  .title = "Multiples of the hardware floor",
                  .paragraphs = {"What an operation takes over what a cache line takes there and back between the same two CPUs, "
                                 "probed beside every sample. Where an operation is a "
                                 "hand-over, it says how many times the least possible a strategy needs; elsewhere it takes the "
                                 "speed of the machine out of the figure."},
                  .blocks = {{}}};
  if (const Job* const job = job_to_draw(view); job != nullptr) { section.blocks.front().charts.push_back(chart_of(view, *job)); }
  section.blocks.front().tables.push_back(table_of(view));
  return section;
}

}  // namespace shmlab::report
