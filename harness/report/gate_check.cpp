#include "report/gate_check.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "contract/error.hpp"
#include "report/json_member.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

/// "+0.3 %"; empty for what is not known.
std::string change_of(const json& row, const char* name) {
  const double ratio = number_of(row, name);
  return std::isnan(ratio) ? std::string{} : fmt::format("{:+.2f} %", 100 * (ratio - 1));
}

std::vector<std::string> change_cells(const json& row) {
  const std::string change = change_of(row, "ratio");
  const std::string bounds = fmt::format("{} .. {}", change_of(row, "low"), change_of(row, "high"));
  return {text_of(row, "name"), change, change.empty() ? change : bounds,
          fmt::format("{}", row.at("pairs").get<std::uint64_t>())};
}

Table floor_table(const json& floor) {
  Table table{"The same code at other addresses", {{"case"}, {"change of time", true}, {"surely within"}, {"pairs", true}}, {}};
  for (const json& row : floor.at("cases")) { table.rows.push_back({change_cells(row), {}}); }
  return table;
}

Table slowdown_table(const json& slowdown, GateCheck& check) {
  Table table{fmt::format("Delayed on purpose, aimed at {:+.0f} %", 100 * (slowdown.at("target").get<double>() - 1)),
              {{"case"}, {"true change of time", true}, {"surely within"}, {"pairs", true}, {"verdict of the gate"}},
              {}};
  for (const json& row : slowdown.at("cases")) {
    const bool agrees = row.at("agrees").get<bool>();
    ++check.slowed;
    check.wrong += agrees ? 0 : 1;
    std::vector<std::string> cells = change_cells(row);
    cells.push_back((agrees ? "✓ " : "✗ ") + text_of(row, "verdict"));
    table.rows.push_back({std::move(cells), {}});
  }
  return table;
}

}  // namespace

GateCheck gate_check_in(const json& printed, std::string_view what) {
  try {
    const json& floor = printed.at("floor");
    GateCheck check{.version = text_of(printed, "version"),
                    .machine = text_of(printed, "machine"),
                    .largest = floor.at("largest").get<double>(),
                    .limit = floor.at("limit").get<double>(),
                    .tables = {floor_table(floor)}};
    for (const json& slowdown : printed.at("slowdowns")) { check.tables.push_back(slowdown_table(slowdown, check)); }
    return check;
  } catch (const json::exception&) {
    throw BadInput(fmt::format("{} is no check of the gate; expected what 'shmlab selfcheck gate --json' prints", what));
  }
}

}  // namespace shmlab::report
