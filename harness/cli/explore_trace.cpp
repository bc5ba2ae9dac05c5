#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/explore_report.hpp"
#include "report/text_table.hpp"

namespace shmlab::cli {
namespace {

using explore::TraceLine;
using nlohmann::json;

/// A table of more rows shows the last ones: there the finding is.
constexpr std::size_t most_rows = 160;

/// Rows of one kind become one: polls, or accesses to ordinary memory.
enum class RowKind : std::uint8_t { poll, plain, other };

RowKind kind_of(const json& step) {
  const auto is_one_of = [operation = step.at("operation").get<std::string>()](auto... operations) {
    return ((operation == to_string(operations)) || ...);
  };
  using enum env::Operation;
  return is_one_of(pause, yield) ? RowKind::poll : is_one_of(get, set, copy_in, copy_out) ? RowKind::plain : RowKind::other;
}

/// How many steps from `i` on become one row. The last step, where a race may be found, has a row of its own.
std::size_t alike(const json& trace, std::size_t i) {
  const RowKind kind = kind_of(trace[i]);
  if (kind == RowKind::other) { return 1; }
  const auto goes_on = [&](std::size_t j) {
    return j + 1 < trace.size() && kind_of(trace[j]) == kind && trace[j].at("participant") == trace[i].at("participant") &&
           !trace[j].contains("note");
  };
  std::size_t end = i + 1;
  while (goes_on(end)) { ++end; }
  return end - i;
}

/// "store release 1", "load acquire = 0", "fence seq_cst", "set".
std::string action_text(const json& step) {
  std::string text = step.at("operation");
  if (step.contains("order")) { text += " " + step.at("order").get<std::string>(); }
  if (!step.contains("value")) { return text; }
  const bool is_store = step.at("operation") == to_string(env::Operation::store);
  return text + fmt::format("{}{}", is_store ? " " : " = ", step.at("value").get<std::uint64_t>());
}

}  // namespace

std::vector<std::string> party_titles(const catalogue::ScenarioEntry& scenario, const ParamValues& values) {
  std::vector<std::string> titles;
  const std::uint32_t participants = scenario.participants(values);
  for (std::uint32_t i = 0; i < participants; ++i) {
    titles.push_back(fmt::format("P{} {}", i, scenario.descriptor->roles[scenario.role(values, i)]));
  }
  return titles;
}

TraceRows trace_rows(const json& trace, const std::vector<std::string>& parties) {
  TraceRows table;
  table.titles = {"step", "at", "word"};
  table.titles.insert(table.titles.end(), parties.begin(), parties.end());
  table.titles.emplace_back("note");
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < trace.size(); i += alike(trace, i)) { starts.push_back(i); }
  table.omitted = starts.size() > most_rows ? starts.size() - most_rows : 0;
  for (std::size_t row = table.omitted; row < starts.size(); ++row) {
    const json& step = trace[starts[row]];
    const std::size_t count = alike(trace, starts[row]);
    std::vector<std::string> cells(table.titles.size());
    cells[0] = std::to_string(step.at("step").get<std::uint64_t>());
    cells[1] = step.at("at");
    if (step.contains("offset_bytes")) { cells[2] = fmt::format("+{:#x}", step.at("offset_bytes").get<std::uint64_t>()); }
    const std::size_t party = std::min(step.at("participant").get<std::size_t>(), parties.size());
    cells[3 + party] = action_text(step) + (count > 1 ? fmt::format(", and {} more", count - 1) : std::string());
    if (step.contains("note")) { cells.back() = step.at("note"); }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::string trace_table(const json& trace, const std::vector<std::string>& parties, const report::Style& style) {
  TraceRows steps = trace_rows(trace, parties);
  std::vector<report::Column> columns;
  for (std::string& title : steps.titles) { columns.push_back({.title = std::move(title)}); }
  columns.front().align = report::Align::right;
  columns.back().optional = true;
  report::TextTable table(std::move(columns));
  for (std::vector<std::string>& cells : steps.rows) { table.row(std::move(cells)); }
  return (steps.omitted == 0 ? std::string() : fmt::format("({} rows before)\n", steps.omitted)) + table.render(style);
}

std::string trace_table(const explore::Trace& trace, const catalogue::ScenarioEntry& scenario, const ParamValues& values,
                        const report::Style& style) {
  return trace_table(trace_json(trace), party_titles(scenario, values), style);
}

json trace_json(const explore::Trace& trace) {
  json rows = json::array();
  for (const TraceLine& line : trace) {
    json row{{"step", line.step},
             {"participant", line.participant},
             {"operation", to_string(line.operation)},
             {"at", explore::to_string(line.where)}};
    if (explore::has_order(line.operation)) { row["order"] = explore::to_string(line.order); }
    if (line.offset != TraceLine::no_offset) { row["offset_bytes"] = line.offset; }
    if (line.has_value) { row["value"] = line.value; }
    if (!line.note.empty()) { row["note"] = line.note; }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace shmlab::cli
