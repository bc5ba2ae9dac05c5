#include "cli/harness_benchmarks.hpp"

#include <string>

#include "catalogue/catalogue.hpp"
#include "measure/clock.hpp"
#include "measure/recording_cost.hpp"
#include "run/interrupt.hpp"
#include "run/runner.hpp"

namespace shmlab::cli {
namespace {

constexpr int cases_a_repetition = 500;
constexpr std::uint64_t operations_a_case = 10;

run::Plan small_case() {
  run::Plan plan;
  plan.strategy = &catalogue::strategy("futex_mutex");
  plan.scenario = &catalogue::scenario("contended_counter");
  plan.values = plan.scenario->typical();
  plan.values[plan.scenario->param_index("operations")] = operations_a_case;
  plan.lane = run::Lane::forked;
  return plan;
}

}  // namespace

void recording_cost(benchmark::State& state) {
  for ([[maybe_unused]] auto iteration : state) {
    const measure::RecordingCost cost = measure::measure_recording_cost();
    state.SetIterationTime(cost.recorded_sample_ns * 1e-9);
    state.counters["clock_pair_ns"] = cost.clock_pair_ns;
    state.counters["overhead_ns"] = cost.overhead_ns;
  }
}

void forked_case(benchmark::State& state) {
  const run::Plan plan = small_case();
  for ([[maybe_unused]] auto iteration : state) {
    const std::uint64_t begin = measure::Clock::now();
    for (int i = 0; i < cases_a_repetition && !run::interrupted(); ++i) {
      if (!run::run_case(plan).verdict.is_ok()) { state.SkipWithError("a case did not end well"); }
    }
    const double seconds = measure::Clock::to_ns(measure::Clock::now() - begin) * 1e-9 / cases_a_repetition;
    state.SetIterationTime(seconds);
    state.counters["cases_per_second"] = 1 / seconds;
  }
}

}  // namespace shmlab::cli
