#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "report/json_member.hpp"
#include "report/quantity.hpp"
#include "report/sections/sections.hpp"

namespace shmlab::report {
namespace {

/// Runs on the newest run's machine, oldest first.
std::vector<std::size_t> runs_in_order(const ReportView& view) {
  const auto machine = [&view](std::size_t run) { return text_of(view.data.runs[run].ours().at("machine"), "id"); };
  std::vector<std::size_t> order;
  for (std::size_t run = 0; run < view.data.runs.size(); ++run) {
    if (machine(run) == machine(view.newest)) { order.push_back(run); }
  }
  std::ranges::sort(order, {},
                    [&view](std::size_t run) { return std::pair(text_of(view.data.runs[run].ours(), "started_at"), run); });
  return order;
}

Block block_of(const ReportView& view, const Job& job, const std::vector<std::size_t>& order, std::size_t number) {
  std::map<std::string, std::map<std::size_t, double>> lines;  // by strategy, then run
  for (const CaseRow& row : job.rows) {
    if (row.median_ns > 0) { lines[row.label][row.run] = row.median_ns; }
  }
  std::vector<std::pair<double, std::string>> ranked;
  for (const auto& [label, times] : lines) {
    if (times.contains(order.back()) && times.size() > 1) { ranked.emplace_back(times.at(order.back()), label); }
  }
  std::ranges::sort(ranked);
  Chart chart{.id = fmt::format("trend-{}", number),
              .description = fmt::format("{}: time an operation over commits, oldest first, a line for each strategy", job.title),
              .kind = ChartKind::lines,
              .x = {"result, oldest first", false},
              .y = {"time an operation, ns"},
              .group_title = "strategy",
              .points = {}};
  Table table{job.title + ": median time an operation, oldest result first", {{"strategy"}}, {}};
  for (const std::size_t run : order) { table.columns.push_back({view.data.runs[run].label, true}); }
  for (const auto& [newest, label] : ranked) {
    TableRow row{{label}, label};
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto found = lines[label].find(order[i]);
      row.cells.push_back(found == lines[label].end() ? std::string{} : time_text(found->second));
      if (found != lines[label].end()) {
        chart.points.push_back({label, {}, static_cast<double>(i + 1), found->second, found->second, found->second, false});
      }
    }
    table.rows.push_back(std::move(row));
  }
  return {.title = job.title, .charts = {std::move(chart)}, .tables = {std::move(table)}, .is_folded = number > 1};
}

}  // namespace

Section trend_section(const ReportView& view) {
  Section section{.id = "trend", .title = "Trend over commits", .paragraphs = {}, .blocks = {}};
  const std::vector<std::size_t> order = runs_in_order(view);
  if (order.size() < 2) {
    section.paragraphs.emplace_back("One result of this machine: give several, of several commits, to see a trend.");
    return section;
  }
  section.paragraphs.emplace_back(
      "For information alone: the same program on the same machine an hour later is another measurement. 'make compare' says "
      "what is slower.");
  for (const Job& job : view.jobs) {
    Block block = block_of(view, job, order, section.blocks.size() + 1);
    if (!block.charts.front().points.empty()) { section.blocks.push_back(std::move(block)); }
  }
  if (section.blocks.empty()) { section.paragraphs.emplace_back("The results have no case in common."); }
  return section;
}

}  // namespace shmlab::report
