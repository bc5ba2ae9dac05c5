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
#include "cli/explore_merge.hpp"
#include "cli/explore_report.hpp"
#include "cli/option_value.hpp"
#include "cli/output.hpp"
#include "cli/selection.hpp"
#include "cli/writable_path.hpp"
#include "contract/error.hpp"
#include "report/json_text.hpp"
#include "report/progress.hpp"
#include "report/result_file.hpp"
#include "run/explore_token.hpp"
#include "run/explored_case.hpp"
#include "run/generated_programs.hpp"

namespace shmlab::cli {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

struct ExploreOptions {
  Selection selection;
  std::vector<std::string> params;
  nanoseconds budget = std::chrono::seconds{60};
  run::ExplorationBudget each;
  std::uint64_t generated = 0;  ///< programs of each pair
  bool strict_futex = false;
  bool past_races = false;
  std::vector<std::string> merge;
  std::string html;
  bool json = false;
};

struct Task {
  const catalogue::StrategyEntry* strategy = nullptr;
  const catalogue::ScenarioEntry* scenario = nullptr;
  run::GeneratedProgram program;  ///< without simplified(): not generated
  std::string variant;            ///< run::ExploredVariant::title
};

/// The pairs that the explorer has a use for; the others go into the report.
std::vector<Task> tasks_of(const ExploreOptions& options, ExploreReport& report) {
  std::vector<Task> tasks;
  for (const catalogue::ScenarioEntry* scenario : chosen_scenarios(options.selection)) {
    for (const catalogue::StrategyEntry* strategy : chosen_strategies(options.selection)) {
      std::vector<run::ExploredVariant> variants = run::explored_variants(*strategy, *scenario, options.params);
      std::string reason = run::unexplorable(*strategy, *scenario, variants.front().values);
      if (reason.empty()) {
        for (run::ExploredVariant& variant : variants) {
          tasks.push_back({strategy, scenario, {variant.values, {}}, std::move(variant.title)});
        }
        for (run::GeneratedProgram& program :
             run::generated_programs(*strategy, *scenario, options.each.seed, options.params, options.generated)) {
          tasks.push_back({strategy, scenario, std::move(program), {}});
        }
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

bool has_found(const run::ExplorationReport& report) {
  return report.unavailable.empty() && !report.exploration.verdict.is_ok();
}

/// The steps of what was found, and the word that shows them again.
void tell_finding(ExploredPair& pair) {
  const run::ExplorationReport& report = pair.report;
  if (!has_found(report)) { return; }
  const run::ExploredCase again(*report.strategy, *report.scenario, report.values);
  pair.trace = explore::repeat(again.program(), report.settings, report.exploration.choices).trace;
  pair.token = run::explore_token({.strategy = report.strategy,
                                   .scenario = report.scenario,
                                   .values = report.values,
                                   .settings = report.settings,
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
    ExploredPair pair{.report = run::explore_pair(*task.strategy, *task.scenario, task.program.values, budget),
                      .trace = {},
                      .token = {},
                      .variant = task.variant,
                      .is_generated = task.program.simplified != nullptr};
    if (pair.is_generated && has_found(pair.report)) { pair.report = task.program.simplified(std::move(pair.report), budget); }
    tell_finding(pair);
    report.pairs.push_back(std::move(pair));
    progress.advance(1, fmt::format("{}/{}", task.scenario->name(), task.strategy->name()));
  }
  progress.finish();
  report.time = steady_clock::now() - begin;
  return report;
}

ExitCode run_explore(const ExploreOptions& options) {
  if (!options.html.empty()) { require_writable("--html", options.html); }
  const nlohmann::json explored = options.merge.empty() ? explore_json(explore_all(options)) : merged_explorations(options.merge);
  if (!options.html.empty()) { report::write_text(options.html, explore_html(explored)); }
  write_output(options.json ? report::to_text(explored) : explore_text(explored, report::style_for(STDOUT_FILENO)));
  return exit_code_of_exploration(explored);
}

/// "2/8": the second of eight parts.
explore::Shard shard_from(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) { throw BadInput(fmt::format("--shard '{}': expected I/N, for instance 2/8", text)); }
  const std::uint64_t count = whole_number("--shard (the N of I/N)", text.substr(slash + 1), 1, 1'000'000);
  const std::uint64_t number = whole_number("--shard (the I of I/N)", text.substr(0, slash), 1, count);
  return {.index = static_cast<std::uint32_t>(number - 1), .count = static_cast<std::uint32_t>(count)};
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
  options.number("--deaths", 0, 4, bounds.most_deaths,
                 "Participants that may die in one execution, in scenarios that are about it (default: 1)");
  options.number("--generate", 0, 10'000, to->generated,
                 "Also so many programs of each pair with generated parameters; what they show is made simpler (default: 0)");
  options.number("--seed", 0, std::numeric_limits<std::uint64_t>::max(), to->each.seed,
                 "Of the samples and the generated parameters (default: 1)");
  options.flag("--strict-futex", to->strict_futex,
               "A futex call orders nothing but its own word, as the manual page has it (default: Linux's full barrier)");
  options.flag("--past-races", to->past_races, "Go on past data races, to see whether an invariant breaks");
  options.text(
      "--shard", "I/N", [to](const std::string& text) { to->each.shard = shard_from(text); },
      "Search the I-th of N parts alone: one for each process or machine");
  options.texts("--merge", "FILE", to->merge,
                "Explore nothing, and put together what --shard I/N --json printed; may be given several times");
  options.text("--html", "FILE", to->html, "Also write the findings, step by step, as one HTML file");
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
                                  "  shmlab explore --strategy spsc_ring --scenario stream --param operations=3 --json\n"
                                  "  shmlab explore --strategy 'robust*' --scenario survivors --html findings.html\n"
                                  "  shmlab explore --shard 2/8 --json > 2.json   (and so on)\n"
                                  "  shmlab explore --merge 1.json --merge 2.json\n",
                              .declare = declare_explore};

}  // namespace shmlab::cli
