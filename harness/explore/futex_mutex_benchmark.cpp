#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdint>

#include "env/traced_env.hpp"
#include "explore/depth_first.hpp"
#include "explore/dpor.hpp"
#include "explore/explore.hpp"
#include "explore/testing/strategy_programs.hpp"
#include "strategies/futex_mutex.hpp"

/// Executions a second, on one core, of two participants with a section each around one ordinary count.
namespace shmlab::explore {
namespace {

template <class Search>
void executions(benchmark::State& state, Search search_of()) {
  const Program program = testing::sections<strategies::futex_mutex::FutexMutex<env::TracedEnv>>(2, 1);
  std::uint64_t executions = 0;
  for ([[maybe_unused]] auto iteration : state) {
    Search search = search_of();
    const Exploration seen = explore(program, {}, search);
    if (!seen.verdict.is_ok() || !seen.is_exhaustive()) { return state.SkipWithError("it was not seen to its end"); }
    executions += seen.executions;
  }
  state.counters["executions_per_second"] = benchmark::Counter(static_cast<double>(executions), benchmark::Counter::kIsRate);
}

DepthFirst full_search() {
  return DepthFirst(DepthFirst::unlimited);
}
Dpor reduced_search() {
  return Dpor();
}

BENCHMARK_CAPTURE(executions, full_search, full_search);
BENCHMARK_CAPTURE(executions, reduced_search, reduced_search);

}  // namespace
}  // namespace shmlab::explore

BENCHMARK_MAIN();
