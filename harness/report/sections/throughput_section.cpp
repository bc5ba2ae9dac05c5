#include <fmt/format.h>

#include <cmath>

#include "report/quantity.hpp"
#include "report/sections/sections.hpp"

namespace shmlab::report {
namespace {

std::string samples_text(const CaseRow& row) {
  if (row.samples_far == 0) { return fmt::format("{}", row.samples_used); }
  return row.all_far ? fmt::format("{}, all far", row.samples_used)
                     : fmt::format("{} ({} far left out)", row.samples_used, row.samples_far);
}

Block block_of(const ReportView& view, const Job& job, std::size_t number) {
  Chart chart{
      .id = fmt::format("throughput-{}", number),
      .description = fmt::format("{}: time an operation by strategy with its interval, logarithmic, fastest on top", job.title),
      .kind = ChartKind::dots,
      .x = {"time an operation, ns (to the left is faster)"},
      .y = {},
      .group_title = view.group_title(),
      .points = {}};
  Table table{job.title + ": time an operation",
              {{"strategy"}, {"kind"}, {"median/op", true}, {"interval", true}, {"ops/s", true}, {"samples", true}},
              {}};
  if (view.has_several_runs()) { table.columns.insert(table.columns.begin() + 1, {"run"}); }
  for (const CaseRow& row : job.rows) {
    if (row.median_ns > 0) {
      const auto bound = [&row](double value) { return value > 0 ? value : row.median_ns; };
      chart.points.push_back({row.label, view.group_of(row), row.median_ns, 0, bound(row.low_ns), bound(row.high_ns), false});
    }
    const bool single = row.samples_used == 1;
    std::vector<std::string> cells{row.label,
                                   row.kind,
                                   time_text(row.median_ns),
                                   single ? std::string{} : time_range_text(row.median_ns, row.low_ns, row.high_ns),
                                   rate_text(row.operations_per_s),
                                   samples_text(row)};
    if (view.has_several_runs()) { cells.insert(cells.begin() + 1, view.data.runs[row.run].label); }
    table.rows.push_back({std::move(cells), row.label});
  }
  return {.title = job.title,
          .paragraphs = {fmt::format("{} {}; measured: {}.", view.summary_of(job.scenario), "(" + job.conditions + ")",
                                     view.metric_of(job.scenario, 0))},
          .charts = {std::move(chart)},
          .tables = {std::move(table)},
          .is_folded = number > 1};
}

}  // namespace

Section throughput_section(const ReportView& view) {
  Section section{.id = "throughput",
                  .title = "Throughput",
                  .paragraphs = {"Median time of an operation over all samples near the run's usual regime. The interval is free "
                                 "of assumptions about the "
                                 "distribution; where two overlap, neither is faster. A strategy of kind control is broken on "
                                 "purpose and never chosen."},
                  .blocks = {}};
  for (const Job& job : view.jobs) { section.blocks.push_back(block_of(view, job, section.blocks.size() + 1)); }
  return section;
}

}  // namespace shmlab::report
