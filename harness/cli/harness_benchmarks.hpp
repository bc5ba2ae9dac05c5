#pragma once

#include <benchmark/benchmark.h>

#include "check/history.hpp"

namespace shmlab::cli {

/// What a recorded sample costs: real_time is two clock readings and the recording; `overhead_ns` what the recording adds.
void recording_cost(benchmark::State& state);

/// What a case costs in the forked lane: real_time is one case of two processes with ten operations each, from a fresh memfd to
/// the verdict; `cases_per_second` is its inverse.
void forked_case(benchmark::State& state);

/// What a schedule costs in the lane scheduled: real_time is one run of two processes that take turns, set up and judged;
/// `schedules_per_second` is its inverse.
void schedule(benchmark::State& state);

/// What judging a recorded history costs: real_time is one operation of a made-up history of four participants;
/// `operations_per_second` is its inverse.
void history(benchmark::State& state, check::HistoryModel model);

}  // namespace shmlab::cli
