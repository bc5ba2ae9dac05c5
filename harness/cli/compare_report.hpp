#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/exit_code.hpp"
#include "gate/contest.hpp"
#include "report/style.hpp"

namespace shmlab::cli {

/// One of the two.
struct ComparedProgram {
  std::string path;
  std::string version;  ///< with its commit
  std::string machine;  ///< measure::Fingerprint::id
};

/// Everything that one `shmlab compare` found out.
struct CompareReport {
  ComparedProgram base;
  ComparedProgram head;
  bool is_forced = false;
  gate::Comparison comparison;
  std::uint64_t seed = 0;
  std::chrono::nanoseconds time{0};

  [[nodiscard]] bool is_same_machine() const { return base.machine == head.machine; }
  /// NOT_COMPARABLE on different machines, unless forced.
  [[nodiscard]] gate::Verdict verdict() const;
};

/// `strict`: what cannot be told is no pass. What was forced is ok.
ExitCode exit_code_of(const CompareReport& report, bool strict);

/// {"verdict", "exit_code", "informs_only", base, head, machine, seed, observations, line_ns, cut_short, seconds, "cases": [{name, verdict, ratio, low, high, tolerated, pairs,
/// left_out, ...}]}. See gate::Comparison.
nlohmann::json compare_json(const CompareReport& report, bool strict);
/// A table, the worst first, and one line of summary.
std::string compare_text(const CompareReport& report, const report::Style& style);
/// For a comment or the summary of a job: the verdict, a table of what changed, and the rest folded.
std::string compare_markdown(const CompareReport& report);

}  // namespace shmlab::cli
