#include "cli/comparable_set.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "contract/nearest.hpp"
#include "run/measurement.hpp"

namespace shmlab::cli {
namespace {

constexpr std::string_view sets[] = {"pull-request", "all"};

constexpr std::string_view scenarios_of_pull_request[] = {"uncontended", "contended_counter", "ping_pong", "stream",
                                                          "latest_value"};
/// What they take is taken by the kernel or libc; pthread_mutex stands for them.
constexpr std::string_view of_the_system[] = {"condition_variable",
                                              "eventfd_signal",
                                              "fcntl_lock",
                                              "flock_lock",
                                              "named_semaphore",
                                              "pipe_token",
                                              "pthread_mutex_adaptive",
                                              "pthread_mutex_pi",
                                              "pthread_mutex_pi_robust",
                                              "pthread_mutex_robust",
                                              "pthread_rwlock",
                                              "pthread_rwlock_prefer_writer",
                                              "sysv_semaphore",
                                              "unnamed_semaphore"};

/// Whether this is the scenario in which a change of the strategy's code shows most.
bool shows_most(const BenchCase& bench) {
  const std::string& scenario = bench.result.scenario;
  const Face face = bench.result.face;
  const Waiting waiting = bench.plan.strategy->descriptor.waiting;
  const bool spins = waiting == Waiting::spins;
  if (scenario == "uncontended") { return (face == Face::exclusive || face == Face::signal) && !spins; }
  if (scenario == "contended_counter") { return spins; }
  return scenario != "ping_pong" || (face == Face::channel && waiting != Waiting::parks);
}

}  // namespace

void add_comparison_choice(Options& options, ComparisonChoice& choice) {
  options.text("--set", "NAME", choice.set,
               "Cases to compare: pull-request (four minutes) or all (an hour); globs take its place");
  add_globs(options, choice.globs);
  options.texts("--param", "NAME=VALUE", choice.params, "Another value of a scenario parameter; may be given several times");
}

std::vector<std::string> arguments_of(const ComparisonChoice& choice) {
  std::vector<std::string> arguments{"--set", choice.set};
  const auto add = [&arguments](const char* option, const std::vector<std::string>& values) {
    for (const std::string& value : values) { arguments.insert(arguments.end(), {option, value}); }
  };
  add("--strategy", choice.globs.strategies);
  add("--scenario", choice.globs.scenarios);
  add("--param", choice.params);
  return arguments;
}

void check_set(const ComparisonChoice& choice) {
  if (std::ranges::find(sets, choice.set) == std::end(sets)) {
    throw unknown_name("set", choice.set, std::vector<std::string_view>(std::begin(sets), std::end(sets)));
  }
}

BenchSet comparable_set(const ComparisonChoice& choice) {
  check_set(choice);
  BenchSelection selection{.selection = choice.globs, .params = choice.params, .region = {}};
  const bool for_pull_request = choice.is_for_pull_request();
  if (for_pull_request) {
    selection.selection.scenarios.assign(std::begin(scenarios_of_pull_request), std::end(scenarios_of_pull_request));
    for (const catalogue::StrategyEntry& strategy : catalogue::all().strategies) {
      const bool is_wanted =
          strategy.kind == Kind::own && std::ranges::find(of_the_system, strategy.name()) == std::end(of_the_system);
      if (is_wanted) { selection.selection.strategies.emplace_back(strategy.name()); }
    }
  }
  BenchSet set = bench_set(selection);
  for (const BenchCase& bench : set.cases) {
    if (run::runs_until_stopped(bench.plan)) { continue; }
    set.skipped.push_back({bench.result.name, bench.result.scenario, bench.result.strategy,
                           "is one job, which cannot be cut into slices", report::Cause::does_not_fit});
  }
  std::erase_if(set.cases, [](const BenchCase& bench) { return !run::runs_until_stopped(bench.plan); });
  if (for_pull_request) {
    std::erase_if(set.cases, [](const BenchCase& bench) { return !shows_most(bench); });
  }
  return set;
}

}  // namespace shmlab::cli
