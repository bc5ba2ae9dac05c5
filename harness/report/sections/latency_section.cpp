#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/quantity.hpp"
#include "report/sections/sections.hpp"

namespace shmlab::report {
namespace {

std::string series_of(const ReportView& view, const CaseRow& row) {
  return view.has_several_runs() ? fmt::format("{}, {}", row.label, view.data.runs[row.run].label) : row.label;
}

/// Of a scenario that has it, and above 0: operations are due that far apart, whatever became of those before (an open loop).
constexpr const char* arrival = "arrival_interval_ns";

bool has_open_loop(const ReportView& view) {
  return std::ranges::any_of(view.rows, [](const CaseRow& row) {
    const auto found = row.params.find(arrival);
    return found != row.params.end() && found->second > 0;
  });
}

/// Jobs in which open loops stand beside the closed one, and say so.
std::vector<Job> jobs_with_loops(const ReportView& view) {
  std::vector<CaseRow> rows = view.rows;
  for (CaseRow& row : rows) {
    const auto found = row.params.find(arrival);
    if (found == row.params.end()) { continue; }
    if (found->second > 0) {
      row.label += fmt::format(", open loop, one each {}", time_text(static_cast<double>(found->second)));
    }
    row.params.erase(found);
  }
  return jobs_of(rows);
}

/// One row of a table: whose, and its figures.
struct Timed {
  const CaseRow* row;
  const LatencyFigures* figures;
};

/// Where on the axis a percentile stands: 1 of how many operations takes longer.
void add_points(const ReportView& view, const Timed& each, Chart& chart) {
  const LatencyFigures& figures = *each.figures;
  const std::pair<double, double> percentiles[] = {{2, figures.p50_ns},
                                                   {10, figures.p90_ns},
                                                   {100, figures.p99_ns},
                                                   {1000, figures.p999_ns},
                                                   {static_cast<double>(figures.count), figures.max_ns}};
  double last = 0;
  for (const auto& [one_of, value] : percentiles) {
    if (value > 0 && one_of > last) {
      chart.points.push_back({series_of(view, *each.row), each.row->kind, one_of, value, value, value, false});
    }
    last = std::max(last, one_of);
  }
}

std::vector<Timed> timed_in(const Job& job, const std::string& name) {
  std::vector<Timed> found;
  for (const CaseRow& row : job.rows) {
    for (const LatencyFigures& figures : row.latencies) {
      if (figures.timed == name && !std::isnan(figures.p99_ns)) { found.push_back({&row, &figures}); }
    }
  }
  std::ranges::sort(found, {}, [](const Timed& each) { return std::pair(each.figures->p99_ns, each.row); });
  return found;
}

Block block_of(const ReportView& view, const Job& job, const std::string& name, std::size_t number) {
  Chart chart{.id = fmt::format("latency-{}", number),
              .description = fmt::format("{}: latency of {} by percentile, both axes logarithmic, lowest 99th percentile first",
                                         job.title, name),
              .kind = ChartKind::lines,
              .x = {"one of so many takes longer: 2 is the median, 100 the 99th percentile, the last the maximum"},
              .y = {name + ", ns"},
              .group_title = "strategy",
              .points = {}};
  Table table{fmt::format("{}: {}", job.title, name),
              {{"strategy"}, {"p50", true}, {"p90", true}, {"p99", true}, {"p99.9", true}, {"max", true}, {"timed", true}},
              {}};
  for (const Timed& each : timed_in(job, name)) {
    const LatencyFigures& figures = *each.figures;
    add_points(view, each, chart);
    table.rows.push_back(
        {{series_of(view, *each.row), time_text(figures.p50_ns), time_text(figures.p90_ns), time_text(figures.p99_ns),
          time_text(figures.p999_ns), time_text(figures.max_ns), rate_text(static_cast<double>(figures.count))},
         each.row->label});
  }
  return {.title = table.caption, .charts = {std::move(chart)}, .tables = {std::move(table)}, .is_folded = number > 1};
}

std::vector<std::string> names_timed_in(const Job& job) {
  std::vector<std::string> names;
  for (const CaseRow& row : job.rows) {
    for (const LatencyFigures& figures : row.latencies) {
      if (!std::isnan(figures.p99_ns) && std::ranges::find(names, figures.timed) == names.end()) {
        names.push_back(figures.timed);
      }
    }
  }
  return names;
}

}  // namespace

Section latency_section(const ReportView& view) {
  Section section{.id = "latency",
                  .title = "Latency",
                  .paragraphs = {"Single operations, timed in runs of their own, each named after what was timed. In a closed "
                                 "loop a participant begins when it "
                                 "has ended the operation before: a stall is one long operation, and does not delay others that "
                                 "would have come meanwhile."},
                  .blocks = {}};
  section.paragraphs.emplace_back(
      has_open_loop(view)
          ? "Where a strategy's name ends in 'open loop', operations are due at fixed times, and are timed from when "
            "they were due: a stall delays all that come meanwhile, as it does those who wait for an answer."
          : "All scenarios of this result are closed loops.");
  for (const Job& job : jobs_with_loops(view)) {
    for (const std::string& name : names_timed_in(job)) {
      section.blocks.push_back(block_of(view, job, name, section.blocks.size() + 1));
    }
  }
  if (section.blocks.empty()) { section.paragraphs = {"No single operations were timed in this result."}; }
  return section;
}

}  // namespace shmlab::report
