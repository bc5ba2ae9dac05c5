#include "run/hunt.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "contract/nearest.hpp"
#include "run/explored_case.hpp"
#include "run/result.hpp"
#include "run/sanitizer_log.hpp"

namespace shmlab::run {
namespace {

using std::chrono::steady_clock;

/// Of the budget, for one scenario at a time.
constexpr std::chrono::milliseconds shortest_share{200};
/// Executions of each kind of search. Most of what an exploration finds it finds at once, if it is in the right scenario.
constexpr std::uint64_t shortest_search = 500;

Lane lane_of(std::string_view detector) {
  if (detector == detector::schedules) { return Lane::scheduled; }
  return detector == detector::tsan ? Lane::threads : Lane::forked;
}

/// Shares for the scenario of deaths, where a strategy promises most: deaths multiply executions.
constexpr int shares_of_deaths = 8;

/// A lock or a snapshot that says so: what it gets wrong shows in a death.
bool outlives_its_holders(const DeathContract& contract) {
  return contract.holder == OnDeath::recovers || contract.writer == OnDeath::unaffected;
}

}  // namespace

std::string unavailable_detector(std::string_view detector) {
  if (std::ranges::find(detector::all, detector) == std::end(detector::all)) {
    const std::vector<std::string_view> known(std::begin(detector::all), std::end(detector::all));
    throw unknown_name("detector", detector, known);
  }
  const bool has_tsan = SanitizerLog::is_built_in();
  if (detector == detector::tsan && !has_tsan) { return "this program is built without ThreadSanitizer"; }
  if (detector != detector::tsan && has_tsan) { return "this program is built for ThreadSanitizer alone"; }
  return {};
}

Hunt::Hunt(const catalogue::StrategyEntry& strategy, std::string_view detector) : strategy_(strategy), detector_(detector) {
  usual_.share = shortest_share;
  usual_.lanes = {lane_of(detector)};
  usual_.describes = false;
  // What has not ended by then is no catch, so being wrong about a slow run costs a try.
  usual_.shortest_deadline = shortest_share;
  for (const catalogue::ScenarioEntry& scenario : catalogue::all().scenarios) {
    if (detector == detector::history && !scenario.records) { continue; }
    const std::string why_not = detector == detector::explorer ? unexplorable(strategy, scenario, explored_values(scenario, {}))
                                                               : misfit(strategy, scenario, usual_);
    if (why_not.empty()) { scenarios_.push_back(&scenario); }
  }
  if (detector == detector::explorer) {
    dies_first_ = outlives_its_holders(strategy.descriptor.contract);
    std::ranges::sort(scenarios_, std::less{}, [this](const catalogue::ScenarioEntry* scenario) {
      // A history has more steps than what the other scenarios do, and seldom tells more.
      return std::pair(scenario->mourns && dies_first_ ? 0 : scenario->records ? 2 : 1, scenario->name());
    });
  }
}

bool Hunt::try_runs(const catalogue::ScenarioEntry& scenario, std::uint64_t seed, steady_clock::time_point end, Catch& result) {
  PropertyBudget tries = usual_;
  tries.end = end;
  tries.seed = seed;
  PropertyReport report = check_pair(strategy_, scenario, tries);
  result.runs += report.runs();
  if (!report.violation || report.violation->detector != detector_) { return false; }
  result.why = std::move(report.violation->verdict.why);
  return true;
}

bool Hunt::try_exploration(const catalogue::ScenarioEntry& scenario, ExplorationBudget budget, steady_clock::time_point end,
                           Catch& result) {
  for (const auto& [values, title] : explored_variants(strategy_, scenario, {})) {
    budget.time = std::max(std::chrono::nanoseconds{0}, std::chrono::nanoseconds(end - steady_clock::now()));
    ExplorationReport report = explore_pair(strategy_, scenario, values, budget);
    result.runs += report.exploration.executions;
    if (!report.unavailable.empty() || report.exploration.verdict.judgement != Judgement::violated) { continue; }
    const ExploredCase again(strategy_, scenario, values);
    const explore::Repeated repeated = explore::repeat(again.program(), report.settings, report.exploration.choices);
    result.why = std::move(report.exploration.verdict.why);
    return repeated.verdict.why == result.why;  // what cannot be shown again is no catch
  }
  return false;
}

bool Hunt::run_round(std::uint64_t seed, steady_clock::time_point end, Catch& result) {
  for (auto& scenario : scenarios_) {
    if (steady_clock::now() >= end) { return false; }
    if (try_runs(*scenario, seed++, std::min(end, steady_clock::now() + shortest_share), result)) {
      result.scenario = scenario->name();
      std::swap(scenario, scenarios_.front());
      return true;
    }
  }
  return false;
}

bool Hunt::explore_round(std::uint64_t executions, std::uint32_t deaths, steady_clock::time_point end, Catch& result) {
  for (auto& scenario : scenarios_) {
    if (deaths > 1 && !scenario->mourns) { continue; }
    if (steady_clock::now() >= end) { return false; }
    ExplorationBudget budget;
    budget.settings.bounds.most_deaths = deaths;
    budget.settings.most_executions = scenario->mourns && dies_first_ ? shares_of_deaths * executions : executions;
    if (try_exploration(*scenario, budget, end, result)) {
      result.scenario = scenario->name();
      return true;
    }
  }
  return false;
}

Catch Hunt::run(std::uint64_t seed, std::chrono::nanoseconds budget) {
  const auto begin = steady_clock::now();
  const auto end = begin + budget;
  Catch result;
  std::uint64_t executions = shortest_search;
  while (!result.caught && !scenarios_.empty() && steady_clock::now() < end) {
    if (detector_ == detector::explorer) {
      // Some faults show when a second one dies of what the first has left. An exploration begins again, and has to get farther.
      result.caught = explore_round(executions, 1, end, result) || explore_round(executions, 2, end, result);
      executions *= 2;
    } else {
      result.caught = run_round(seed, end, result);
      seed += scenarios_.size();
    }
  }
  result.time = steady_clock::now() - begin;
  return result;
}

}  // namespace shmlab::run
