#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "report/quantity.hpp"
#include "report/sections/sections.hpp"

namespace shmlab::report {
namespace {

using Params = std::map<std::string, std::uint64_t>;

/// All parameters, the number of participants among them.
Params params_of(const CaseRow& row) {
  Params params = row.params;
  params["participants"] = row.participants;
  return params;
}

/// A scenario's parameter that has several values, with all others equal.
struct Sweep {
  std::string scenario;
  std::string param;
  Params others;
  std::set<std::uint64_t> values;
  std::vector<CaseRow> rows;
};

std::vector<Sweep> sweeps_in(const ReportView& view) {
  std::map<std::tuple<std::string, std::string, Params>, Sweep> sweeps;
  for (const Job& job : view.jobs) {
    const std::optional<std::size_t> run = view.newest_of(job);
    for (const CaseRow& row : job.rows) {
      if (row.run != run || !(row.median_ns > 0)) { continue; }
      for (const auto& [param, value] : params_of(row)) {
        Params others = params_of(row);
        others.erase(param);
        Sweep& sweep =
            sweeps.try_emplace({row.scenario, param, others}, Sweep{row.scenario, param, others, {}, {}}).first->second;
        sweep.values.insert(value);
        sweep.rows.push_back(row);
      }
    }
  }
  std::vector<Sweep> found;
  for (auto& [key, sweep] : sweeps) {
    if (sweep.values.size() > 1) { found.push_back(std::move(sweep)); }
  }
  return found;
}

std::string others_text(const Sweep& sweep) {
  std::string text;
  for (const auto& [name, value] : sweep.others) {
    if (name == "operations" && value == 0) { continue; }
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, value);
  }
  return text;
}

Block block_of(const Sweep& sweep, std::size_t number) {
  Block block{.title = fmt::format("{} by {}", sweep.scenario, sweep.param), .paragraphs = {}, .is_folded = number > 1};
  if (const std::string others = others_text(sweep); !others.empty()) { block.paragraphs.push_back("With " + others + "."); }
  const bool is_log = *sweep.values.begin() > 0;
  Chart chart{
      .id = fmt::format("scaling-{}", number),
      .description = fmt::format("{}: time an operation against {}, a line for each strategy", sweep.scenario, sweep.param),
      .kind = ChartKind::lines,
      .x = {sweep.param, is_log},
      .y = {"time an operation, ns"},
      .group_title = "strategy",
      .points = {}};
  Table table{block.title + ": median time an operation", {{"strategy"}}, {}};
  for (const std::uint64_t value : sweep.values) { table.columns.push_back({fmt::format("{}", value), true}); }
  std::map<std::string, std::map<std::uint64_t, double>> lines;
  for (const CaseRow& row : sweep.rows) { lines[row.label][params_of(row).at(sweep.param)] = row.median_ns; }
  std::vector<std::pair<double, std::string>> ranked;
  for (const auto& [label, values] : lines) { ranked.emplace_back(values.rbegin()->second, label); }
  std::ranges::sort(ranked);
  for (const auto& [last, label] : ranked) {
    TableRow row{{label}, label};
    for (const std::uint64_t value : sweep.values) {
      const auto found = lines[label].find(value);
      row.cells.push_back(found == lines[label].end() ? std::string{} : time_text(found->second));
      if (found != lines[label].end()) {
        chart.points.push_back({label, {}, static_cast<double>(value), found->second, found->second, found->second, false});
      }
    }
    table.rows.push_back(std::move(row));
  }
  block.charts.push_back(std::move(chart));
  block.tables.push_back(std::move(table));
  return block;
}

}  // namespace

Section scaling_section(const ReportView& view) {
  Section section{.id = "scaling", .title = "Scaling with participants and payload", .paragraphs = {}, .blocks = {}};
  for (const Sweep& sweep : sweeps_in(view)) { section.blocks.push_back(block_of(sweep, section.blocks.size() + 1)); }
  if (section.blocks.empty()) {
    section.paragraphs.emplace_back("No parameter has several values in this result.");
  } else {
    section.paragraphs.emplace_back(
        "Parameters that have several values on the newest result's machine, with all others equal; the best at the largest "
        "value first.");
  }
  return section;
}

}  // namespace shmlab::report
