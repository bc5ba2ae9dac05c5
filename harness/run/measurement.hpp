#pragma once

#include <chrono>
#include <cstddef>

#include "contract/verdict.hpp"
#include "report/case_result.hpp"
#include "run/plan.hpp"

namespace shmlab::run {

/// How long the two halves of a measurement run.
struct MeasurementTimes {
  std::chrono::nanoseconds throughput{100'000'000};
  std::chrono::nanoseconds latency{50'000'000};
};

/// One observation of a case; `sample` holds only when the verdict is ok.
struct Measurement {
  Verdict verdict;
  report::Sample sample;
  std::size_t region_bytes = 0;
};

/// Whether a case goes on until it is told to stop; otherwise it is one job (`operations` is fixed) and its time is that of the
/// whole job, from the creation of the region to the judge.
bool runs_until_stopped(const Plan& plan);

/// Two runs with fresh processes: one without a clock in the loop for throughput, one that times each operation for latencies.
/// The floor is probed before and after the first (of a job: the second, so that the probes are not part of it).
Measurement measure(const Plan& plan, const MeasurementTimes& times);

}  // namespace shmlab::run
