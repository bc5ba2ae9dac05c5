#include "run/exploration.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "explore/depth_first.hpp"
#include "explore/dpor.hpp"
#include "explore/random_walks.hpp"
#include "run/explored_case.hpp"

namespace shmlab::run {
namespace {

using explore::ExplorationEnd;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

/// One search after the other on the same program.
class Searches {
 public:
  Searches(const explore::Program& program, const ExplorationBudget& budget, ExplorationReport& report)
      : program_(program), budget_(budget), report_(report), began_(steady_clock::now()) {}

  /// false: a finding, everything has been seen, or the time is over.
  bool run(std::string_view name, explore::Search& search, std::uint64_t most_executions) {
    explore::Settings settings = report_.settings;
    settings.most_executions = std::min(settings.most_executions, most_executions);
    settings.most_time = std::max(nanoseconds{0}, budget_.time - nanoseconds(steady_clock::now() - began_));
    report_.search = name;
    add(explore::explore(program_, settings, search));
    report_.time = steady_clock::now() - began_;
    const explore::Exploration& latest = report_.exploration;
    const bool has_seen_all = latest.is_exhaustive() && !latest.met.contains(explore::Bound::preemptions);
    return latest.end != ExplorationEnd::found && !has_seen_all && report_.time < budget_.time;
  }

 private:
  void add(explore::Exploration latest) {
    const explore::Exploration& before = report_.exploration;
    latest.executions += before.executions;
    latest.cut_short += before.cut_short;
    latest.redundant += before.redundant;
    latest.steps += before.steps;
    latest.complete_preemptions = std::max(latest.complete_preemptions, before.complete_preemptions);
    report_.exploration = std::move(latest);
  }

  const explore::Program& program_;
  const ExplorationBudget& budget_;
  ExplorationReport& report_;
  steady_clock::time_point began_;
};

/// Between the seeds of two shards' samples.
constexpr std::uint32_t samples_apart = 1000;

/// With few preemptions first, then samples, then what is left: one execution of each class, where that can be told and needs no shards.
void search_all(const explore::Program& program, const ExplorationBudget& budget, ExplorationReport& report) {
  constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();
  Searches searches(program, budget, report);
  explore::DepthFirst few_preemptions(0, budget.preemptions, budget.shard);
  if (!searches.run("preemptions", few_preemptions, budget.most_of_preemptions)) { return; }
  for (std::uint32_t depth = 3; depth <= 6 && budget.samples != 0; ++depth) {
    explore::Pct pct(depth, budget.seed + depth + std::uint64_t{samples_apart} * budget.shard.index);
    if (!searches.run("pct", pct, budget.samples)) { return; }
  }
  if (report.exploration.met.contains(explore::Bound::fairness) || budget.shard.count > 1) {
    explore::DepthFirst many_preemptions(budget.preemptions + 1, explore::DepthFirst::unlimited, budget.shard);
    searches.run("preemptions", many_preemptions, unlimited);
    return;
  }
  explore::Dpor dpor;
  searches.run("dpor", dpor, unlimited);
}

}  // namespace

ExplorationReport explore_pair(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario,
                               const ParamValues& values, const ExplorationBudget& budget) {
  ExplorationReport report;
  report.strategy = &strategy;
  report.scenario = &scenario;
  report.values = values;
  report.unavailable = unexplorable(strategy, scenario, values);
  if (!report.unavailable.empty()) { return report; }
  const ExploredCase explored(strategy, scenario, values);
  report.settings = explored.admitted(budget.settings);
  search_all(explored.program(), budget, report);
  if (report.exploration.verdict.judgement == Judgement::unknown) { report.unavailable = report.exploration.verdict.why; }
  return report;
}

}  // namespace shmlab::run
