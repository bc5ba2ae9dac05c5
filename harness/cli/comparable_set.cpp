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

}  // namespace

BenchSet comparable_set(const BenchSelection& selection) {
  BenchSet set = bench_set(selection);
  for (const BenchCase& bench : set.cases) {
    if (run::runs_until_stopped(bench.plan)) { continue; }
    set.skipped.push_back({bench.result.name, bench.result.scenario, bench.result.strategy,
                           "is one job, which cannot be cut into slices", report::Cause::does_not_fit});
  }
  std::erase_if(set.cases, [](const BenchCase& bench) { return !run::runs_until_stopped(bench.plan); });
  return set;
}

void add_comparison_choice(Options& options, ComparisonChoice& choice) {
  options.text("--set", "NAME", choice.set,
               "Cases to compare: pull-request (a few minutes) or all (hours); globs take its place");
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

BenchSelection selection_of(const ComparisonChoice& choice) {
  if (std::ranges::find(sets, choice.set) == std::end(sets)) {
    throw unknown_name("set", choice.set, std::vector<std::string_view>(std::begin(sets), std::end(sets)));
  }
  BenchSelection selection{.selection = choice.globs, .params = choice.params, .region = {}};
  if (choice.set == "all" || !choice.globs.strategies.empty() || !choice.globs.scenarios.empty()) { return selection; }
  selection.selection.scenarios = {"uncontended", "contended_counter", "ping_pong", "stream", "latest_value"};
  for (const catalogue::StrategyEntry& strategy : catalogue::all().strategies) {
    if (strategy.kind == Kind::own) { selection.selection.strategies.emplace_back(strategy.name()); }
  }
  return selection;
}

}  // namespace shmlab::cli
