#include <fmt/format.h>

#include <set>

#include "report/json_member.hpp"
#include "report/sections/sections.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

struct Failure {
  std::size_t count = 0;
  std::string first;
};

Failure failures_in(const ReportData& data) {
  Failure failures;
  for (const StoredRun& run : data.runs) {
    for (const json& pair : run.ours().at("skipped")) {
      if (text_of(pair, "cause") != "failed") { continue; }
      if (failures.count++ == 0) { failures.first = fmt::format("{}: {}", text_of(pair, "name"), text_of(pair, "reason")); }
    }
  }
  return failures;
}

std::string plural(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string about_correctness(const ReportData& data) {
  std::size_t findings = 0;
  for (const Correctness& each : data.correctness) { findings += each.findings; }
  if (data.correctness.empty()) { return {}; }
  return findings == 0 ? " Its correctness files hold no finding."
                       : fmt::format(" Its correctness files hold {}.", plural(findings, "finding", "findings"));
}

std::string about_machine(const ReportData& data) {
  std::size_t warnings = 0;
  for (const StoredRun& run : data.runs) { warnings += run.ours().at("warnings").size(); }
  if (warnings == 0) { return {}; }
  return fmt::format(" There {} about the machine: trust factors, not per cents.",
                     warnings == 1 ? "is 1 warning" : fmt::format("are {} warnings", warnings));
}

}  // namespace

std::string verdict_of(const ReportView& view) {
  std::set<std::string> strategies;
  std::set<std::string> scenarios;
  for (const CaseRow& row : view.rows) {
    strategies.insert(row.strategy);
    scenarios.insert(row.scenario);
  }
  const Failure failures = failures_in(view.data);
  const std::string scope =
      fmt::format("{} of {} in {}", plural(view.rows.size(), "case", "cases"),
                  plural(strategies.size(), "strategy", "strategies"), plural(scenarios.size(), "scenario", "scenarios"));
  const std::string first = view.rows.empty() && failures.count == 0 ? "Nothing was measured."
                            : failures.count == 0                    ? fmt::format("All well: {} ran to their end.", scope)
                                                                     : fmt::format("{} FAILED, first {}; {} ran to their end.",
                                                                                   plural(failures.count, "case", "cases"), failures.first, scope);
  return first + about_correctness(view.data) + about_machine(view.data);
}

}  // namespace shmlab::report
