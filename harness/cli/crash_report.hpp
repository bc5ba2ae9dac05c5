#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/exit_code.hpp"
#include "report/style.hpp"
#include "run/crash.hpp"

namespace shmlab::cli {

/// Everything that one `shmlab crash` found out.
struct CrashFindings {
  std::vector<run::CrashReport> strategies;
  std::vector<std::string> drifts;  ///< differences from the table that was expected, a line each
  std::chrono::nanoseconds time{0};

  /// The cells of all strategies that were asked for.
  [[nodiscard]] std::size_t cells() const;
  /// Of them, those that the contract does not allow.
  [[nodiscard]] std::size_t disagreeing() const;
};

/// A finding, a fate that the contract does not allow or a drift, wins over what could not be found out.
ExitCode exit_code_of(const CrashFindings& findings);

/// {"cells": [{strategy, scenario, role, point, where, survivor, outcome, declared, agrees, why, runs, replay}], "drifts": [...], "left_out":
/// [{strategy, reason}], "runs", "seconds"}
nlohmann::json crash_json(const CrashFindings& findings);

/// A row for each strategy and role with what waiter and newcomer met at how many points, or `with_points` a row for each point; then every fate that
/// the contract does not allow, drifts, what was left out, and one line of summary.
std::string crash_text(const CrashFindings& findings, const report::Style& style, bool with_points);

/// What one survivor met at the points of a role in turn: "unaffected 1, blocks 11, unaffected 1".
std::string course_of(const run::CrashReport& report, run::CrashRole role, run::Survivor survivor);
/// The same without their order, the worst first: "blocks 11, unaffected 2".
std::string tally_of(const run::CrashReport& report, run::CrashRole role, run::Survivor survivor);
/// The roles that have cells, in the order of their cells.
std::vector<run::CrashRole> roles_in(const run::CrashReport& report);

}  // namespace shmlab::cli
