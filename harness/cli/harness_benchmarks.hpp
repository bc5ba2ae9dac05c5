#pragma once

#include <benchmark/benchmark.h>

namespace shmlab::cli {

/// What a recorded sample costs: real_time is two clock readings and the recording; `overhead_ns` what the recording adds.
void recording_cost(benchmark::State& state);

/// What a case costs in the forked lane: real_time is one case of two processes with ten operations each, from a fresh memfd to
/// the verdict; `cases_per_second` is its inverse.
void forked_case(benchmark::State& state);

}  // namespace shmlab::cli
