#include "cli/comparable_set.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
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
/// Operations come at an interval there, and their time would be that.
constexpr std::string_view paced_by_clock = "sparse_wakeups";
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

/// How often there is a new value, in snapshots. Where the writer never rests (0), a read takes a tenth more or less from one pair of processes to the
/// next.
constexpr std::string_view rate_param = "write_interval_ns";
constexpr std::uint64_t steady_interval_ns = 1000;

std::string rates(bool for_pull_request) {
  return fmt::format("{}={}{}", rate_param, for_pull_request ? "" : "0,", steady_interval_ns);
}

bool is_of_the_system(const catalogue::StrategyEntry& strategy) {
  return std::ranges::find(of_the_system, strategy.name()) != std::end(of_the_system);
}
bool is_channel(const BenchCase& bench) {
  return bench.result.face == Face::channel || bench.result.face == Face::bulk_channel;
}
/// The pace of a stream that several may send is another with each pair of processes.
bool one_sends(const BenchCase& bench) {
  return bench.plan.strategy->descriptor.limits.writers == 1;
}

/// Whether this is the scenario in which a change of the strategy's code shows most.
bool shows_most(const BenchCase& bench) {
  const std::string& scenario = bench.result.scenario;
  const Waiting waiting = bench.plan.strategy->descriptor.waiting;
  const bool is_lock = bench.result.face == Face::exclusive || bench.result.face == Face::signal;
  const bool spins = waiting == Waiting::spins;
  if (scenario == "uncontended") { return is_lock ? !spins : is_channel(bench) && !one_sends(bench); }
  if (scenario == "contended_counter") { return spins; }
  if (scenario == "latest_value") { return true; }
  return is_channel(bench) && waiting != Waiting::parks && (scenario != "stream" || one_sends(bench));
}

/// Whether the sets' rates are to be taken: no other was chosen, and there is a scenario for them.
bool takes_rates(const ComparisonChoice& choice, const Selection& selection) {
  const auto names_rate = [](const std::string& param) {
    return param.starts_with(rate_param) && param[rate_param.size()] == '=';
  };
  if (std::ranges::any_of(choice.params, names_rate)) { return false; }
  return std::ranges::any_of(chosen_scenarios(selection), [](const catalogue::ScenarioEntry* scenario) {
    return scenario->param_index(rate_param) < scenario->params.size();
  });
}

/// Names of the own strategies that a set is of: no change of ours makes another library or the kernel slower.
Selection selection_of_set(bool for_pull_request) {
  Selection selection;
  for (const catalogue::StrategyEntry& strategy : catalogue::all().strategies) {
    if (strategy.kind != Kind::own || (for_pull_request && is_of_the_system(strategy))) { continue; }
    selection.strategies.emplace_back(strategy.name());
  }
  if (for_pull_request) {
    selection.scenarios.assign(std::begin(scenarios_of_pull_request), std::end(scenarios_of_pull_request));
  }
  return selection;
}

/// Of what could be compared, what a set holds.
bool belongs(const BenchCase& bench, const ComparisonChoice& choice) {
  if (choice.has_globs()) { return true; }
  if (choice.is_for_pull_request()) { return shows_most(bench); }
  return bench.result.scenario == "uncontended" || !is_of_the_system(*bench.plan.strategy);
}

/// Why it cannot be compared; empty: it can.
std::string_view why_not(const BenchCase& bench) {
  if (!run::runs_until_stopped(bench.plan)) { return "is one job, which cannot be cut into slices"; }
  return bench.result.scenario == paced_by_clock ? "keeps to a clock, whatever an operation takes" : "";
}

}  // namespace

void add_comparison_choice(Options& options, ComparisonChoice& choice) {
  options.text("--set", "NAME", choice.set,
               "Cases to compare: pull-request (four minutes) or all (seven to eight minutes); globs take its place");
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

bool is_unsteady(const BenchCase& bench) {
  const std::string& scenario = bench.result.scenario;
  if (scenario == "uncontended") { return false; }
  if (const auto interval = bench.result.params.find(std::string(rate_param)); interval != bench.result.params.end()) {
    if (interval->second < steady_interval_ns) { return true; }
  }
  if (scenario == "stream" && !one_sends(bench)) { return true; }
  const Waiting waiting = bench.plan.strategy->descriptor.waiting;
  return waiting == Waiting::parks || (waiting == Waiting::spins_then_parks && !is_channel(bench));
}

BenchSet comparable_set(const ComparisonChoice& choice) {
  check_set(choice);
  const bool for_pull_request = choice.is_for_pull_request();
  BenchSelection selection{
      .selection = choice.has_globs() ? choice.globs : selection_of_set(for_pull_request), .params = choice.params, .region = {}};
  if (!choice.has_globs() && selection.selection.strategies.empty()) { return {}; }  // an empty list would stand for all
  if (takes_rates(choice, selection.selection)) { selection.sweeps.push_back(rates(for_pull_request)); }
  BenchSet set = bench_set(selection);
  for (const BenchCase& bench : set.cases) {
    const std::string_view reason = why_not(bench);
    if (reason.empty()) { continue; }
    set.skipped.push_back(
        {bench.result.name, bench.result.scenario, bench.result.strategy, std::string(reason), report::Cause::does_not_fit});
  }
  std::erase_if(set.cases, [&](const BenchCase& bench) { return !why_not(bench).empty() || !belongs(bench, choice); });
  return set;
}

}  // namespace shmlab::cli
