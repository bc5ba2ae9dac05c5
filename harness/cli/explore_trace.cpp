#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/explore_report.hpp"
#include "report/text_table.hpp"

namespace shmlab::cli {
namespace {

using explore::TraceLine;

/// A table of more rows shows the last ones: there the finding is.
constexpr std::size_t most_rows = 160;

bool is_poll(const TraceLine& line) {
  return line.operation == env::Operation::pause || line.operation == env::Operation::yield;
}

bool is_plain(const TraceLine& line) {
  return line.operation == env::Operation::get || line.operation == env::Operation::set ||
         line.operation == env::Operation::copy_in || line.operation == env::Operation::copy_out;
}

/// How many lines from `i` on become one row: polls, or accesses to ordinary memory, of one participant. The last line, where a race may be
/// found, has a row of its own.
std::size_t alike(const explore::Trace& trace, std::size_t i) {
  const auto goes_on = [&](std::size_t j) {
    const bool same_kind = (is_poll(trace[i]) && is_poll(trace[j])) || (is_plain(trace[i]) && is_plain(trace[j]));
    return same_kind && trace[j].participant == trace[i].participant && trace[j].note.empty() && j + 1 < trace.size();
  };
  std::size_t end = i + 1;
  while (end < trace.size() && goes_on(end)) { ++end; }
  return end - i;
}

/// "store release 1", "load acquire = 0", "fence seq_cst", "set".
std::string action_text(const TraceLine& line) {
  std::string text(to_string(line.operation));
  if (explore::has_order(line.operation)) { text += " " + explore::to_string(line.order); }
  if (line.has_value) { text += fmt::format("{}{}", line.operation == env::Operation::store ? " " : " = ", line.value); }
  return text;
}

}  // namespace

std::string trace_table(const explore::Trace& trace, const catalogue::ScenarioEntry& scenario, const ParamValues& values,
                        const report::Style& style) {
  std::vector<report::Column> columns{{.title = "step", .align = report::Align::right}, {.title = "at"}, {.title = "word"}};
  const std::uint32_t participants = scenario.participants(values);
  for (std::uint32_t i = 0; i < participants; ++i) {
    columns.push_back({.title = fmt::format("P{} {}", i, scenario.descriptor->roles[scenario.role(values, i)])});
  }
  columns.push_back({.title = "note", .optional = true});
  report::TextTable table(std::move(columns));
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < trace.size(); i += alike(trace, i)) { rows.push_back(i); }
  const std::size_t omitted = rows.size() > most_rows ? rows.size() - most_rows : 0;
  for (std::size_t row = omitted; row < rows.size(); ++row) {
    const TraceLine& line = trace[rows[row]];
    const std::size_t count = alike(trace, rows[row]);
    std::vector<std::string> cells{std::to_string(line.step), explore::to_string(line.where),
                                   line.offset == TraceLine::no_offset ? std::string() : fmt::format("+{:#x}", line.offset)};
    cells.resize(cells.size() + line.participant);
    cells.push_back(action_text(line) + (count > 1 ? fmt::format(", and {} more", count - 1) : std::string()));
    cells.resize(3 + participants);
    cells.push_back(line.note);
    table.row(std::move(cells));
  }
  return (omitted == 0 ? std::string() : fmt::format("({} rows before)\n", omitted)) + table.render(style);
}

nlohmann::json trace_json(const explore::Trace& trace) {
  nlohmann::json rows = nlohmann::json::array();
  for (const TraceLine& line : trace) {
    nlohmann::json row{{"step", line.step},
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
