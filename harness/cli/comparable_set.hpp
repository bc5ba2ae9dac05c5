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
};

void add_comparison_choice(Options& options, ComparisonChoice& choice);
/// The same as arguments again.
std::vector<std::string> arguments_of(const ComparisonChoice& choice);
/// What it stands for in this program. Throws BadInput, with the nearest name, for a set that there is not.
BenchSelection selection_of(const ComparisonChoice& choice);

/// What of bench_set() can be compared: cases that run until they are stopped. The others are skipped, with that reason.
BenchSet comparable_set(const BenchSelection& selection);

}  // namespace shmlab::cli
