#pragma once

#include <chrono>
#include <span>

#include "cli/bench_set.hpp"
#include "report/run_context.hpp"

namespace shmlab::cli {

/// What holds for the whole run of `set`, which began at `started`. Measures the costs that one thread can measure alone; the
/// round trip is the median of the probes beside the samples.
report::RunContext bench_context(const BenchSet& set, std::chrono::system_clock::time_point started);

/// Labels every sample of the run by its floor probes against the median of all.
void label_regimes(BenchSet& set);

}  // namespace shmlab::cli
