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
constexpr std::string_view rates = "write_interval_ns=0,1000";
constexpr std::string_view rate_of_pull_request = "write_interval_ns=1000";

/// Whether this is the scenario in which a change of the strategy's code shows most.
bool shows_most(const BenchCase& bench) {
  const std::string& scenario = bench.result.scenario;
  const Descriptor& descriptor = bench.plan.strategy->descriptor;
  const bool is_lock = bench.result.face == Face::exclusive || bench.result.face == Face::signal;
  const bool is_channel = bench.result.face == Face::channel || bench.result.face == Face::bulk_channel;
  const bool spins = descriptor.waiting == Waiting::spins;
  // The pace of a stream that several may send is another with each pair of processes, by a tenth.
  const bool has_pace = is_channel && descriptor.limits.writers == 1;
  if (scenario == "uncontended") { return is_lock ? !spins : is_channel && !has_pace; }
  if (scenario == "contended_counter") { return spins; }
  if (scenario == "stream") { return has_pace; }
  return scenario == "latest_value" || (is_channel && descriptor.waiting != Waiting::parks);
}

bool chooses_rate(const ComparisonChoice& choice) {
  return std::ranges::any_of(choice.params, [](const std::string& param) { return param.starts_with("write_interval_ns="); });
}

/// Of one of the two sets: own strategies, since no change of ours makes another library or the kernel slower.
BenchSelection selection_of_set(const ComparisonChoice& choice) {
  BenchSelection selection{.selection = {}, .params = choice.params, .region = {}};
  const bool for_pull_request = choice.is_for_pull_request();
  for (const catalogue::StrategyEntry& strategy : catalogue::all().strategies) {
    const bool is_of_the_system = std::ranges::find(of_the_system, strategy.name()) != std::end(of_the_system);
    if (strategy.kind != Kind::own || (for_pull_request && is_of_the_system)) { continue; }
    selection.selection.strategies.emplace_back(strategy.name());
  }
  if (for_pull_request) {
    selection.selection.scenarios.assign(std::begin(scenarios_of_pull_request), std::end(scenarios_of_pull_request));
  }
  if (chooses_rate(choice)) { return selection; }
  if (for_pull_request) {
    selection.params.emplace_back(rate_of_pull_request);
  } else {
    selection.sweeps.emplace_back(rates);
  }
  return selection;
}

/// Why it cannot be compared; empty: it can.
std::string_view why_not(const BenchCase& bench) {
  if (!run::runs_until_stopped(bench.plan)) { return "is one job, which cannot be cut into slices"; }
  return bench.result.scenario == paced_by_clock ? "keeps to a clock, whatever an operation takes" : "";
}

}  // namespace

void add_comparison_choice(Options& options, ComparisonChoice& choice) {
  options.text("--set", "NAME", choice.set,
               "Cases to compare: pull-request (four minutes) or all (half an hour); globs take its place");
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
  const bool has_globs = !choice.globs.strategies.empty() || !choice.globs.scenarios.empty();
  BenchSet set = bench_set(has_globs ? BenchSelection{.selection = choice.globs, .params = choice.params, .region = {}}
                                     : selection_of_set(choice));
  for (const BenchCase& bench : set.cases) {
    const std::string_view reason = why_not(bench);
    if (reason.empty()) { continue; }
    set.skipped.push_back(
        {bench.result.name, bench.result.scenario, bench.result.strategy, std::string(reason), report::Cause::does_not_fit});
  }
  std::erase_if(set.cases, [](const BenchCase& bench) { return !why_not(bench).empty(); });
  if (choice.is_for_pull_request()) {
    std::erase_if(set.cases, [](const BenchCase& bench) { return !shows_most(bench); });
  }
  return set;
}

}  // namespace shmlab::cli
