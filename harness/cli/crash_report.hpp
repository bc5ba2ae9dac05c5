#pragma once

#include <chrono>
#include <compare>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/exit_code.hpp"
#include "crash/crash.hpp"
#include "crash/fault.hpp"
#include "report/style.hpp"

namespace shmlab::cli {

/// Everything that one `shmlab crash` found out.
struct CrashFindings {
  std::vector<crash::CrashReport> strategies;
  std::vector<crash::FaultRow> faults;
  std::vector<std::string> drifts;  ///< differences from the table that was expected, a line each
  std::chrono::nanoseconds time{0};

  /// The cells of all strategies that were asked for.
  [[nodiscard]] std::size_t cells() const;
  /// Of them, those that the contract does not allow.
  [[nodiscard]] std::size_t disagreeing() const;
  /// Rows of faults that do not agree.
  [[nodiscard]] std::size_t bad_faults() const;
};

/// A finding, a fate that the contract does not allow, a fault that went badly, or a drift, wins over what could not be found out.
ExitCode exit_code_of(const CrashFindings& findings);

/// {"cells": [{strategy, scenario, role, point, where, survivor, outcome, declared, agrees, why, runs, replay}], "drifts": [...], "left_out":
/// [{strategy, reason}], "faults": [{fault, subject, expected, observed, agrees, why, rounds}], "runs", "seconds"}; `agrees` of a fault is null
/// where it could not be injected
nlohmann::json crash_json(const CrashFindings& findings);

/// A row for each strategy and role with what waiter and newcomer met at how many points, or `with_points` a row for each point; then every fate that
/// the contract does not allow, drifts, what was left out, and one line of summary.
std::string crash_text(const CrashFindings& findings, const report::Style& style, bool with_points);

/// A row for each fault and subject, then why those are as they are that do not agree or could not be injected.
std::string fault_text(const std::vector<crash::FaultRow>& rows, const report::Style& style);

/// The points of one role: those between accesses, or those between instructions.
struct CrashSeries {
  crash::CrashRole role = crash::CrashRole::holder;
  crash::CrashKind kind = crash::CrashKind::access;  ///< access: asleep too

  [[nodiscard]] bool has(const crash::CrashCell& cell) const { return *this == of(cell); }
  static CrashSeries of(const crash::CrashCell& cell) {
    const bool is_asleep = cell.point.kind == crash::CrashKind::asleep;
    return {cell.point.role, is_asleep ? crash::CrashKind::access : cell.point.kind};
  }
  friend auto operator<=>(const CrashSeries&, const CrashSeries&) = default;
};
/// "holder", "holder, by instruction", "holder, is stopped".
std::string to_string(const CrashSeries& series);
/// Why the strategy, or a part of what befalls others, is left out.
std::vector<std::string> left_out_of(const crash::CrashReport& report);
/// In the order of the cells.
std::vector<CrashSeries> series_in(const crash::CrashReport& report);

/// What one survivor met at one point after the other: "unaffected 1, blocks 11, unaffected 1". How many instructions there are depends on compiler
/// and library, so a series of them is told without the numbers.
std::string course_of(const crash::CrashReport& report, const CrashSeries& series, crash::Survivor survivor);
/// The same without their order, the worst first, with numbers: "blocks 11, unaffected 2".
std::string tally_of(const crash::CrashReport& report, const CrashSeries& series, crash::Survivor survivor);

}  // namespace shmlab::cli
