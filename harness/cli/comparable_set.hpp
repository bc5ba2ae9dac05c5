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

  [[nodiscard]] bool has_globs() const { return !globs.strategies.empty() || !globs.scenarios.empty(); }
  /// The set of a pull request, and no globs in its place.
  [[nodiscard]] bool is_for_pull_request() const { return set != "all" && !has_globs(); }
};

void add_comparison_choice(Options& options, ComparisonChoice& choice);
/// The same as arguments again.
std::vector<std::string> arguments_of(const ComparisonChoice& choice);
/// Throws BadInput, with the nearest name, for a set that there is not.
void check_set(const ComparisonChoice& choice);

/// What it stands for in this program, of what can be compared: cases that run until they are stopped, at their own pace. Those that one chose and
/// that do not are skipped, with the reason. Snapshots are read from a writer that never rests, and from one that does, unless a rate is chosen. Nothing
/// where this build has no strategy that a set is of. Throws as check_set(), and what bench_set() throws.
///
/// The set `all` are own strategies in every scenario; those whose cost is that of the kernel or of libc are uncontended alone.
///
/// The set of a pull request takes four minutes on two CPUs (some 5 s a case for its first stage): own strategies where a change of their code shows
/// most, with little noise. Channels play ping-pong, and stream where one sends, else they are uncontended; snapshots have their latest value read
/// from a writer that rests; locks and signals are uncontended, or contended where all that wait keep their CPUs. Left out are those whose cost is
/// that of the kernel or of libc, as a sleeper's is that is woken.
BenchSet comparable_set(const ComparisonChoice& choice);

/// Whether its pairs are likely to differ by a tenth and more between themselves, by what it is: who waits is woken by the kernel, several may send into
/// one stream, or a writer does not rest between values. See gate::margins_of_unsteady.
bool is_unsteady(const BenchCase& bench);

}  // namespace shmlab::cli
