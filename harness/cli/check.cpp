#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "cli/check_report.hpp"
#include "cli/command.hpp"
#include "cli/environment.hpp"
#include "cli/option_value.hpp"
#include "cli/output.hpp"
#include "cli/selection.hpp"
#include "cli/writable_path.hpp"
#include "contract/error.hpp"
#include "report/json_text.hpp"
#include "report/progress.hpp"
#include "report/result_file.hpp"
#include "run/property.hpp"
#include "run/startup.hpp"

namespace shmlab::cli {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr std::uint64_t most_runs = 1'000'000'000;

struct CheckOptions {
  Selection selection;
  std::vector<run::Lane> lanes;
  std::vector<shm::RegionKind> regions;
  std::vector<std::string> params;
  std::optional<nanoseconds> budget;
  std::optional<std::uint64_t> seed;
  std::optional<std::uint64_t> runs;
  std::string junit;
  bool pairs = false;
  bool json = false;
};

std::uint64_t random_seed() {
  std::random_device device;
  return device();  // 32 bits are enough to tell runs apart, and short to type
}

template <class Value>
std::vector<Value> each_once(const std::vector<Value>& values) {
  std::vector<Value> result;
  for (const Value value : values) {
    if (std::ranges::find(result, value) == result.end()) { result.push_back(value); }
  }
  return result;
}

run::PropertyBudget budget_of(const CheckOptions& options, steady_clock::time_point begin) {
  constexpr std::chrono::seconds usual{30};
  run::PropertyBudget budget;
  budget.seed = options.seed ? *options.seed : random_seed();
  if (!options.lanes.empty()) { budget.lanes = each_once(options.lanes); }
  if (!options.regions.empty()) { budget.regions = each_once(options.regions); }
  budget.fixed = options.params;
  if (options.runs) { budget.min_runs = budget.max_runs = *options.runs; }
  if (options.budget || !options.runs) { budget.end = begin + options.budget.value_or(usual); }
  return budget;
}

using Pair = std::pair<const catalogue::StrategyEntry*, const catalogue::ScenarioEntry*>;

/// The pairs that fit; the others go into the report.
std::vector<Pair> fitting_pairs(const Selection& selection, const run::PropertyBudget& budget, CheckReport& report) {
  std::vector<Pair> pairs;
  for (const catalogue::ScenarioEntry* scenario : chosen_scenarios(selection)) {
    for (const catalogue::StrategyEntry* strategy : chosen_strategies(selection)) {
      std::string reason = run::misfit(*strategy, *scenario, budget);
      if (reason.empty()) {
        pairs.emplace_back(strategy, scenario);
      } else {
        report.misfits.push_back({std::string(strategy->name()), std::string(scenario->name()), std::move(reason)});
      }
    }
  }
  if (pairs.empty()) {
    const Misfit& first = report.misfits.front();
    throw BadInput(fmt::format("nothing to check: '{}' does not fit '{}': {}", first.strategy, first.scenario, first.reason));
  }
  return pairs;
}

/// Progress in runs when their number is known, else in hundredths of the budget.
class Advance {
 public:
  Advance(std::size_t pairs, const run::PropertyBudget& budget, steady_clock::time_point begin)
      : by_runs_(budget.max_runs <= most_runs),
        begin_(begin),
        hundredth_(std::max(nanoseconds{1}, nanoseconds(budget.end - begin) / hundred)),
        progress_(by_runs_ ? pairs * static_cast<std::size_t>(budget.max_runs) : hundred, "check") {}

  void one_run(const std::string& name) {
    const std::size_t gone = by_runs_ ? told_ + 1 : static_cast<std::size_t>((steady_clock::now() - begin_) / hundredth_);
    progress_.advance(gone - std::exchange(told_, gone), name);
  }
  void finish() { progress_.finish(); }

 private:
  static constexpr int hundred = 100;
  bool by_runs_;
  steady_clock::time_point begin_;
  nanoseconds hundredth_;
  std::size_t told_ = 0;
  report::Progress progress_;
};

CheckReport check(const CheckOptions& options) {
  const auto begin = steady_clock::now();
  run::PropertyBudget budget = budget_of(options, begin);
  if (std::ranges::find(budget.regions, shm::RegionKind::file) != budget.regions.end()) { require_file_directory(); }
  CheckReport report;
  report.seed = budget.seed;
  const std::vector<Pair> pairs = fitting_pairs(options.selection, budget, report);
  run::start_runner();
  Advance advance(pairs.size(), budget, begin);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto& [strategy, scenario] = pairs[i];
    const auto left = std::max(nanoseconds{0}, nanoseconds(budget.end - steady_clock::now()));
    budget.share = options.runs ? nanoseconds::max() : left / static_cast<nanoseconds::rep>(pairs.size() - i);
    const std::string name = fmt::format("{}/{}", scenario->name(), strategy->name());
    report.pairs.push_back(run::check_pair(*strategy, *scenario, budget, [&] { advance.one_run(name); }));
  }
  advance.finish();
  report.time = steady_clock::now() - begin;
  return report;
}

ExitCode run_check(const CheckOptions& options) {
  if (!options.junit.empty()) { require_writable("--junit", options.junit); }
  const CheckReport report = check(options);
  if (!options.junit.empty()) { report::write_text(options.junit, check_junit(report)); }
  write_output(options.json ? report::to_text(check_json(report))
                            : check_text(report, report::style_for(STDOUT_FILENO), options.pairs));
  return exit_code_of(report);
}

Action declare_check(Options options) {
  const auto chosen = std::make_shared<CheckOptions>();
  CheckOptions* const to = chosen.get();
  add_selection(options, to->selection);
  options.texts(
      "--lane", "LANE", [to](const std::string& name) { to->lanes.push_back(lane_from(name)); },
      "processes, forked, threads or scheduled; given several times, most runs take the first, and half of all scheduled "
      "(default: forked, processes, scheduled)");
  options.texts(
      "--region", "KIND", [to](const std::string& name) { to->regions.push_back(shm::region_kind_from(name)); },
      "memfd, posix_shm, file or anonymous; may be given several times (default: all in turn)");
  options.texts("--param", "NAME=VALUE", to->params,
                "Fix a scenario parameter instead of generating it; may be given several times");
  options.time("--budget", to->budget, "Time for everything, shared by the pairs: 500ms, 30s, 2m (default: 30s)");
  options.number("--runs", 1, most_runs, to->runs, "Runs for each pair instead of a share of the budget");
  options.number("--seed", 0, std::numeric_limits<std::uint64_t>::max(), to->seed,
                 "Generate the same parameters again (default: random)");
  options.text("--junit", "FILE", to->junit, "Also write the cases as JUnit XML");
  options.flag("--pairs", to->pairs, "Also print a row for each pair of strategy and scenario, and why others do not fit");
  options.flag("--json", to->json, "Print one JSON object");
  return [chosen] { return run_check(*chosen); };
}

}  // namespace

const Command check_command{
    .name = "check",
    .summary = "Run property tests of strategies in scenarios with generated parameters",
    .examples =
        "  shmlab check\n"
        "  shmlab check --strategy 'futex*' --budget 10s --pairs\n"
        "  shmlab check --strategy racy_seqlock --scenario latest_value\n"
        "  shmlab check --strategy racy_seqlock --lane scheduled     (schedules that repeat; see also shmlab replay)\n"
        "  shmlab check --scenario stream --param capacity=1 --runs 1000 --seed 7 --json\n"
        "  shmlab check --budget 60s --junit build/check.xml\n",
    .declare = declare_check};

}  // namespace shmlab::cli
