#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/quantity.hpp"
#include "report/sections/sections.hpp"

namespace shmlab::report {
namespace {

Chart chart_of(const ReportView& view, const Job& job, std::string id, std::string description, ChartAxis axis,
               double CaseRow::* figure) {
  Chart chart{.id = std::move(id),
              .description = job.title + ": " + std::move(description),
              .kind = ChartKind::dots,
              .x = std::move(axis),
              .y = {},
              .group_title = view.group_title(),
              .points = {}};
  std::vector<const CaseRow*> rows;
  for (const CaseRow& row : job.rows) {
    if (chart.x.is_log ? row.*figure > 0 : !std::isnan(row.*figure)) { rows.push_back(&row); }
  }
  // Of time less is better, of an index more; equal ones as in the job.
  std::ranges::sort(rows, {},
                    [&](const CaseRow* row) { return std::pair(chart.x.is_log ? row->*figure : -(row->*figure), row); });
  for (const CaseRow* row : rows) {
    chart.points.push_back({row->label, view.group_of(*row), row->*figure, 0, row->*figure, row->*figure, false});
  }
  return chart;
}

Block block_of(const ReportView& view, const Job& job, std::size_t number) {
  Block block{.title = job.title, .is_folded = number > 1};
  const auto has = [&job](double CaseRow::* figure) {
    return std::ranges::any_of(job.rows, [figure](const CaseRow& row) { return !std::isnan(row.*figure); });
  };
  const bool shared = has(&CaseRow::jain);
  if (shared) {
    block.charts.push_back(chart_of(view, job, fmt::format("fairness-{}", number),
                                    "Jain's index by strategy, 1 is equal shares, fairest on top",
                                    {"Jain's index of fairness (1: equal shares)", false}, &CaseRow::jain));
  }
  block.charts.push_back(chart_of(view, job, fmt::format("cpu-{}", number),
                                  "CPU time of all participants an operation, logarithmic, cheapest on top",
                                  {"CPU time an operation, ns"}, &CaseRow::cpu_ns));
  Table table{job.title + ": fairness and cost", {{"strategy"}, {"CPU/op", true}, {"switches/op", true}}, {}};
  if (view.has_several_runs()) { table.columns.insert(table.columns.begin() + 1, {"run"}); }
  if (shared) { table.columns.insert(table.columns.end(), {{"Jain", true}, {"smallest/largest share", true}}); }
  for (const CaseRow& row : job.rows) {
    std::vector<std::string> cells{row.label, time_text(row.cpu_ns), significant(row.switches)};
    if (view.has_several_runs()) { cells.insert(cells.begin() + 1, view.data.runs[row.run].label); }
    if (shared) { cells.insert(cells.end(), {significant(row.jain), significant(row.min_max_ratio)}); }
    table.rows.push_back({std::move(cells), row.label});
  }
  block.tables.push_back(std::move(table));
  return block;
}

}  // namespace

Section fairness_section(const ReportView& view) {
  Section section{.id = "fairness",
                  .title = "Fairness and CPU cost",
                  .paragraphs = {"The throughput of a contended lock is mostly unfairness: who holds it takes it again. Jain's "
                                 "index is 1 for equal shares and 1/n where "
                                 "one of n took all; it is there where several participants play the same role. CPU time and "
                                 "context switches are of all participants together."},
                  .blocks = {}};
  for (const Job& job : view.jobs) { section.blocks.push_back(block_of(view, job, section.blocks.size() + 1)); }
  return section;
}

}  // namespace shmlab::report
