#include "run/hunt.hpp"

#include <algorithm>
#include <iterator>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "contract/nearest.hpp"
#include "run/result.hpp"
#include "run/sanitizer_log.hpp"

namespace shmlab::run {
namespace {

using std::chrono::steady_clock;

/// Of the budget, for one scenario at a time.
constexpr std::chrono::milliseconds share{200};

Lane lane_of(std::string_view detector) {
  if (detector == detector::schedules) { return Lane::scheduled; }
  return detector == detector::tsan ? Lane::threads : Lane::forked;
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
  usual_.share = share;
  usual_.lanes = {lane_of(detector)};
  usual_.describes = false;
  usual_.shortest_deadline = share;  // what has not ended by then is no catch, so being wrong about a slow run costs a try
  for (const catalogue::ScenarioEntry& scenario : catalogue::all().scenarios) {
    const bool is_recorded = scenario.records;
    if ((detector == detector::history) && !is_recorded) { continue; }
    if (misfit(strategy, scenario, usual_).empty()) { scenarios_.push_back(&scenario); }
  }
}

Catch Hunt::run(std::uint64_t seed, std::chrono::nanoseconds budget) {
  const auto begin = steady_clock::now();
  const auto end = begin + budget;
  Catch result;
  while (!result.caught && !scenarios_.empty() && steady_clock::now() < end) {
    for (auto& scenario : scenarios_) {
      PropertyBudget tries = usual_;
      tries.end = std::min(end, steady_clock::now() + share);
      tries.seed = seed++;
      PropertyReport report = check_pair(strategy_, *scenario, tries);
      result.runs += report.runs();
      if (report.violation && report.violation->detector == detector_) {
        result.caught = true;
        result.scenario = scenario->name();
        result.why = std::move(report.violation->verdict.why);
        std::swap(scenario, scenarios_.front());
        break;
      }
      if (steady_clock::now() >= end) { break; }
    }
  }
  result.time = steady_clock::now() - begin;
  return result;
}

}  // namespace shmlab::run
