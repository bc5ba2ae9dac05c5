#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "cli/command.hpp"
#include "cli/explore_report.hpp"
#include "cli/output.hpp"
#include "cli/selection.hpp"
#include "contract/error.hpp"
#include "report/json_text.hpp"
#include "report/progress.hpp"
#include "run/explore_token.hpp"
#include "run/explored_case.hpp"

namespace shmlab::cli {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

struct ExploreOptions {
  Selection selection;
  std::vector<std::string> params;
  nanoseconds budget = std::chrono::seconds{60};
  run::ExplorationBudget each;
  bool strict_futex = false;
  bool past_races = false;
  bool json = false;
};

struct Task {
  const catalogue::StrategyEntry* strategy = nullptr;
  const catalogue::ScenarioEntry* scenario = nullptr;
  ParamValues values{};
};

/// The pairs that the explorer has a use for; the others go into the report.
std::vector<Task> tasks_of(const ExploreOptions& options, ExploreReport& report) {
  std::vector<Task> tasks;
  for (const catalogue::ScenarioEntry* scenario : chosen_scenarios(options.selection)) {
    const ParamValues values = run::explored_values(*scenario, options.params);
    for (const catalogue::StrategyEntry* strategy : chosen_strategies(options.selection)) {
      std::string reason = run::unexplorable(*strategy, *scenario, values);
      if (reason.empty()) {
        tasks.push_back({strategy, scenario, values});
      } else {
        report.misfits.push_back({std::string(strategy->name()), std::string(scenario->name()), std::move(reason)});
      }
    }
  }
  if (tasks.empty()) {
    const Misfit& first = report.misfits.front();
    throw BadInput(fmt::format("nothing to explore: '{}' does not fit '{}': {}", first.strategy, first.scenario, first.reason));
  }
  return tasks;
}

/// The steps of what was found, and the word that shows them again.
void tell_finding(ExploredPair& pair, const explore::Settings& settings) {
  const run::ExplorationReport& report = pair.report;
  if (!report.unavailable.empty() || report.exploration.verdict.is_ok()) { return; }
  const run::ExploredCase again(*report.strategy, *report.scenario, report.values);
  pair.trace = explore::repeat(again.program(), settings, report.exploration.choices).trace;
  pair.token = run::explore_token({.strategy = report.strategy,
                                   .scenario = report.scenario,
                                   .values = report.values,
                                   .settings = settings,
                                   .choices = report.exploration.choices,
                                   .commit = {}});
}

ExploreReport explore_all(const ExploreOptions& options) {
  const auto begin = steady_clock::now();
  ExploreReport report;
  report.budget = options.each;
  explore::Settings& settings = report.budget.settings;
  settings.futex_order = options.strict_futex ? explore::FutexOrder::none : explore::FutexOrder::full_barrier;
  settings.races = options.past_races ? explore::RacePolicy::are_ignored : explore::RacePolicy::are_findings;
  const std::vector<Task> tasks = tasks_of(options, report);
  report::Progress progress(tasks.size(), "explore");
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Task& task = tasks[i];
    run::ExplorationBudget budget = report.budget;
    const auto left = std::max(nanoseconds{0}, options.budget - nanoseconds(steady_clock::now() - begin));
    budget.time = left / static_cast<nanoseconds::rep>(tasks.size() - i);
    ExploredPair pair{run::explore_pair(*task.strategy, *task.scenario, task.values, budget), {}, {}};
    tell_finding(pair, settings);
    report.pairs.push_back(std::move(pair));
    progress.advance(1, fmt::format("{}/{}", task.scenario->name(), task.strategy->name()));
  }
  progress.finish();
  report.time = steady_clock::now() - begin;
  return report;
}

ExitCode run_explore(const ExploreOptions& options) {
  const ExploreReport report = explore_all(options);
  write_output(options.json ? report::to_text(explore_json(report)) : explore_text(report, report::style_for(STDOUT_FILENO)));
  return exit_code_of(report);
}

Action declare_explore(Options options) {
  const auto chosen = std::make_shared<ExploreOptions>();
  ExploreOptions* const to = chosen.get();
  add_selection(options, to->selection);
  options.texts("--param", "NAME=VALUE", to->params, "Another value of a scenario parameter; may be given several times");
  options.time("--budget", to->budget, "Time for everything, shared by the pairs: 500ms, 30s, 2m (default: 60s)");
  options.number("--preemptions", 0, 100, to->each.preemptions,
                 "All executions with up to N preemptions come first (default: 3)");
  explore::Bounds& bounds = to->each.settings.bounds;
  options.number("--spurious-wakes", 0, 100, bounds.spurious_wakes,
                 "Futex waits of each participant that return without a reason (default: 1)");
  options.number("--weak-failures", 0, 100, bounds.weak_failures,
                 "Weak compare-exchanges of each participant that fail without a reason (default: 1)");
  options.number("--seed", 0, std::numeric_limits<std::uint64_t>::max(), to->each.seed, "Of the samples (default: 1)");
  options.flag("--strict-futex", to->strict_futex,
               "A futex call orders nothing but its own word, as the manual page has it (default: Linux's full barrier)");
  options.flag("--past-races", to->past_races, "Go on past data races, to see whether an invariant breaks");
  options.flag("--json", to->json, "Print one JSON object");
  return [chosen] { return run_explore(*chosen); };
}

}  // namespace

const Command explore_command{.name = "explore",
                              .summary = "Try every interleaving and weak-memory outcome of small programs",
                              .examples =
                                  "  shmlab explore\n"
                                  "  shmlab explore --strategy seqlock --scenario latest_value\n"
                                  "  shmlab explore --strategy broken_seqlock_unfenced_reader --scenario latest_value\n"
                                  "  shmlab explore --strategy spsc_ring --scenario stream --param operations=3 --json\n",
                              .declare = declare_explore};

}  // namespace shmlab::cli
