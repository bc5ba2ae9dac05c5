#include "run/hunt.hpp"

#include <algorithm>
#include <iterator>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "contract/nearest.hpp"
#include "run/exploration.hpp"
#include "run/explored_case.hpp"
#include "run/result.hpp"
#include "run/sanitizer_log.hpp"

namespace shmlab::run {
namespace {

using std::chrono::steady_clock;

/// Of the budget, for one scenario at a time.
constexpr std::chrono::milliseconds shortest_share{200};
/// Most of what an exploration finds it finds at once, if it is in the right scenario.
constexpr std::chrono::milliseconds shortest_exploration{8};

Lane lane_of(std::string_view detector) {
  if (detector == detector::schedules) { return Lane::scheduled; }
  return detector == detector::tsan ? Lane::threads : Lane::forked;
}

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
  if (detector == detector::explorer && outlives_its_holders(strategy.descriptor.contract)) {
    std::ranges::partition(scenarios_, [](const catalogue::ScenarioEntry* scenario) { return scenario->mourns; });
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

bool Hunt::try_exploration(const catalogue::ScenarioEntry& scenario, std::uint32_t deaths, steady_clock::time_point end,
                           Catch& result) {
  ExplorationBudget budget;
  budget.settings.bounds.most_deaths = deaths;
  budget.time = std::max(std::chrono::nanoseconds{0}, std::chrono::nanoseconds(end - steady_clock::now()));
  for (const auto& [values, title] : explored_variants(strategy_, scenario, {})) {
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

Catch Hunt::run(std::uint64_t seed, std::chrono::nanoseconds budget) {
  const auto begin = steady_clock::now();
  const auto end = begin + budget;
  Catch result;
  std::chrono::nanoseconds share = detector_ == detector::explorer ? shortest_exploration : shortest_share;
  // Some faults show when a second one dies of what the first has left.
  const std::uint32_t most_deaths = detector_ == detector::explorer ? 2 : 1;
  for (std::uint32_t deaths = 1; !result.caught && !scenarios_.empty() && steady_clock::now() < end;
       deaths = deaths % most_deaths + 1) {
    for (auto& scenario : scenarios_) {
      if (deaths == 2 && !scenario->mourns) { continue; }
      const auto share_end = std::min(end, steady_clock::now() + share);
      result.caught = detector_ == detector::explorer ? try_exploration(*scenario, deaths, share_end, result)
                                                      : try_runs(*scenario, seed++, share_end, result);
      if (result.caught) {
        result.scenario = scenario->name();
        std::swap(scenario, scenarios_.front());
        break;
      }
      if (steady_clock::now() >= end) { break; }
    }
    // Random tries go on where they were; an exploration begins again, and has to get farther.
    if (deaths == 2) { share *= 2; }
  }
  result.time = steady_clock::now() - begin;
  return result;
}

}  // namespace shmlab::run
