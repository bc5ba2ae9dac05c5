#include "cli/harness_benchmarks.hpp"

#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "check/history_throughput.hpp"
#include "measure/allowed_cpus.hpp"
#include "measure/clock.hpp"
#include "measure/recording_cost.hpp"
#include "run/interrupt.hpp"
#include "run/runner.hpp"

namespace shmlab::cli {
namespace {

constexpr int cases_a_repetition = 500;
constexpr std::uint64_t operations_a_case = 10;
constexpr std::uint64_t schedules_a_repetition = 10'000;

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
    state.counters["throughput_ns"] = cost.throughput_ns;
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

void schedule(benchmark::State& state) {
  run::Plan plan = small_case();
  plan.values[plan.scenario->param_index("operations")] = 1;
  plan.lane = run::Lane::scheduled;
  plan.cpus = measure::choose_cpus(plan.scenario->participants(plan.values));
  plan.search.schedules = schedules_a_repetition;
  if (plan.strategy->traced_cases.empty()) { return state.SkipWithError("this program was built without tracing"); }
  for ([[maybe_unused]] auto iteration : state) {
    const run::Result result = run::run_case(plan);
    if (!result.verdict.is_ok() || result.schedules != schedules_a_repetition) {
      state.SkipWithError("a search did not end well");
    }
    const double seconds = result.wall_ns * 1e-9 / static_cast<double>(schedules_a_repetition);
    state.SetIterationTime(seconds);
    state.counters["schedules_per_second"] = 1 / seconds;
    state.counters["steps"] = static_cast<double>(result.steps);
  }
}

void history(benchmark::State& state, check::HistoryModel model) {
  check::HistoryPlan plan;
  plan.model = model;
  plan.operations = 200'000;
  plan.participants = 4;
  plan.seed = 1;
  const std::vector<Event> events = check::plausible_history(plan);
  for ([[maybe_unused]] auto iteration : state) {
    const double throughput = check::history_throughput(model, events, plan.limits, 1);
    if (throughput == 0) {
      state.SkipWithError("a history that is right was not judged ok");
      break;
    }
    state.SetIterationTime(1 / throughput);
    state.counters["operations_per_second"] = throughput;
  }
}

}  // namespace shmlab::cli
