#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "contract/verdict.hpp"
#include "measure/record.hpp"
#include "run/plan.hpp"

namespace shmlab::run {

/// How a case is observed for a comparison: a run of fresh processes, cut into slices.
struct ObservationTimes {
  std::chrono::nanoseconds warm_up{5'000'000};
  std::chrono::nanoseconds run{50'000'000};
  std::chrono::nanoseconds slice{1'000'000};
  std::chrono::nanoseconds latency{0};  ///< > 0: of a second run, which times each operation
};

/// What holds when the verdict is ok.
struct Observation {
  Verdict verdict;
  double ns_per_operation = 0;       ///< the lower quartile of the slices: what it takes when nothing else disturbs
  double mean_ns_per_operation = 0;  ///< of all slices together
  double p99_ns = 0;                 ///< of the scenario's first latency; 0: not asked for, or it has none
  std::vector<double> slices;        ///< ns per operation of each, in order
};

/// Of a case that runs until it is stopped (runs_until_stopped()). Throws what run_case() throws.
Observation observe(const Plan& plan, const ObservationTimes& times);

/// Nanoseconds per operation of all participants together in each slice after the warm-up, as long as all of them run. `marks`: of each that counts;
/// between two marks operations are taken to be spread evenly. Infinite where nobody did anything.
std::vector<double> slices_of(std::span<const std::vector<measure::Mark>> marks, std::chrono::nanoseconds warm_up,
                              std::chrono::nanoseconds slice);

}  // namespace shmlab::run
