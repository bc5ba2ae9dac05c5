#pragma once

#include <string>
#include <vector>

#include "cli/bench_set.hpp"
#include "cli/options.hpp"

namespace shmlab::cli {

/// Which cases are compared, as it stands on the command line: `shmlab compare` hands it on to both programs, since each knows its own cases.
struct ComparisonChoice {
  std::string set = "pull-request";  ///< where there are no globs
  Selection globs;
  std::vector<std::string> params;

  /// The set of a pull request, and no globs in its place.
  [[nodiscard]] bool is_for_pull_request() const { return set != "all" && globs.strategies.empty() && globs.scenarios.empty(); }
};

void add_comparison_choice(Options& options, ComparisonChoice& choice);
/// The same as arguments again.
std::vector<std::string> arguments_of(const ComparisonChoice& choice);
/// Throws BadInput, with the nearest name, for a set that there is not.
void check_set(const ComparisonChoice& choice);

/// What it stands for in this program, of what can be compared: cases that run until they are stopped, at their own pace. Those that one chose and
/// that do not are skipped, with the reason. Throws as check_set(), and what bench_set() throws.
///
/// The set `all` are own strategies in every scenario, snapshots also with a writer that rests between values.
///
/// The set of a pull request takes four minutes on two CPUs (some 5 s a case for its first stage): each own strategy where a change of its code
/// shows most, with little noise. Channels play ping-pong, and stream where one sends, else they are uncontended; snapshots have their latest value
/// read from a writer that rests; locks and signals are uncontended, or contended where all that wait keep their CPUs. Left out are those whose cost
/// is that of the kernel or of libc, as a sleeper's is that is woken.
BenchSet comparable_set(const ComparisonChoice& choice);

}  // namespace shmlab::cli
