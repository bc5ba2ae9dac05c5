#include "report/correctness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "contract/error.hpp"
#include "report/json_member.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

std::string caught_text(const json& detector) {
  const auto times = detector.at("times").get<std::uint64_t>();
  const auto caught = detector.at("caught_times").get<std::uint64_t>();
  if (times == 0) { return detector.contains("unavailable") ? "not here" : ""; }
  return caught == 0 ? "–" : fmt::format("{} {}/{}", caught == times ? "✓" : "~", caught, times);
}

bool was_tried(const json& control) {
  return std::ranges::any_of(control.at("by"), [&control](const json& detector) {
    return detector.at("detector") == control.at("named_detector") && detector.at("times").get<std::uint64_t>() > 0;
  });
}

Correctness selftest(const json& printed) {
  Correctness result{.table = {"Controls, broken on purpose: which detector caught them, how often",
                               {{"control"}, {"named detector"}, {"verdict"}},
                               {}},
                     .is_selftest = true};
  for (const json& control : printed.at("controls")) {
    if (result.asked++ == 0) {
      for (const json& detector : control.at("by")) { result.table.columns.push_back({text_of(detector, "detector")}); }
    }
    const bool tried = was_tried(control);
    const bool caught = control.at("caught").get<bool>();
    result.unknown += tried ? 0 : 1;
    result.findings += tried && !caught ? 1 : 0;
    TableRow row{{text_of(control, "name"), text_of(control, "named_detector"),
                  !tried   ? "not tried"
                  : caught ? "✓ caught"
                           : "✗ missed"},
                 text_of(control, "name")};
    for (const json& detector : control.at("by")) { row.cells.push_back(caught_text(detector)); }
    row.cells.resize(result.table.columns.size());
    result.table.rows.push_back(std::move(row));
  }
  return result;
}

struct Tally {
  std::map<std::string, std::size_t> by_verdict;
  std::uint64_t runs = 0;
  std::string first_why;
};

Correctness check(const json& printed) {
  Correctness result{
      .table = {"Property tests, by strategy",
                {{"strategy"}, {"ok", true}, {"violated", true}, {"unknown", true}, {"runs", true}, {"the first that is not ok"}},
                {}}};
  std::map<std::string, Tally> tallies;
  for (const json& pair : printed.at("cases")) {
    Tally& tally = tallies[text_of(pair, "strategy")];
    const std::string& verdict = text_of(pair, "verdict");
    ++tally.by_verdict[verdict];
    tally.runs += pair.at("runs").get<std::uint64_t>();
    if (verdict != "ok" && tally.first_why.empty()) {
      tally.first_why = fmt::format("{}: {}", text_of(pair, "scenario"), text_of(pair, "why"));
    }
    ++result.asked;
    result.findings += verdict == "violated" ? 1 : 0;
    result.unknown += verdict == "unknown" ? 1 : 0;
  }
  for (const auto& [strategy, tally] : tallies) {
    const auto count = [&tally](const char* verdict) {
      const auto found = tally.by_verdict.find(verdict);
      return fmt::format("{}", found == tally.by_verdict.end() ? 0 : found->second);
    };
    result.table.rows.push_back(
        {{strategy, count("ok"), count("violated"), count("unknown"), fmt::format("{}", tally.runs), tally.first_why}, strategy});
  }
  return result;
}

}  // namespace

Correctness correctness_in(const nlohmann::json& printed, std::string_view what) {
  constexpr std::string_view wanted = "expected what 'shmlab selftest --json' or 'shmlab check --json' prints";
  try {
    if (printed.is_object() && printed.contains("controls")) { return selftest(printed); }
    if (printed.is_object() && printed.contains("cases")) { return check(printed); }
  } catch (const json::exception&) { throw BadInput(fmt::format("{} lacks what its rows should have; {}", what, wanted)); }
  throw BadInput(fmt::format("{} is no table of verdicts; {}", what, wanted));
}

}  // namespace shmlab::report
