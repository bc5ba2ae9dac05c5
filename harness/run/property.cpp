#include "run/property.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "measure/allowed_cpus.hpp"
#include "run/property_values.hpp"
#include "run/replay_token.hpp"
#include "run/runner.hpp"
#include "run/shrink.hpp"

namespace shmlab::run {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr std::uint64_t most_reruns = 100;
constexpr nanoseconds rerun_time = std::chrono::seconds{10};
constexpr std::chrono::seconds shortest_rerun_time{1};
/// A run of milliseconds has been seen to take seconds beside three compilers; a time-out too many is an answer too few.
constexpr nanoseconds longest_deadline = std::chrono::seconds{20};
constexpr std::uint64_t sample_period = 50;

/// The checking of one pair.
class Pair {
 public:
  Pair(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario, const PropertyBudget& budget,
       const std::function<void()>& on_run)
      : budget_(budget),
        on_run_(on_run),
        values_(strategy, scenario, budget.seed, budget.fixed),
        small_values_(strategy, scenario, budget.seed, budget.fixed, ProgramSize::small) {
    report_.strategy = plan_.strategy = &strategy;
    report_.scenario = plan_.scenario = &scenario;
    report_.seed = budget.seed;
    plan_.deadline = std::clamp(budget.share, budget.shortest_deadline, longest_deadline);
    for (const Lane lane : budget.lanes) {
      report_.lanes.push_back({.lane = lane, .left_out = {}});
      if (lane == Lane::scheduled) { scheduled_lane_ = regions_.size(); }
      regions_.push_back(budget.regions);
    }
  }

  PropertyReport check() {
    while (goes_on() && run_next()) {}
    if (report_.violation && budget_.describes) { measure_rate(*report_.violation); }
    return std::move(report_);
  }

 private:
  [[nodiscard]] bool goes_on() {
    if (report_.violation || runs_ >= budget_.max_runs) { return false; }
    const auto now = steady_clock::now();
    const bool enough = runs_ >= budget_.min_runs || report_.doubt;  // a doubt may cost a deadline each time
    if (now >= budget_.end && !enough) {
      report_.shortfall = fmt::format("the budget ended after {} of {} runs", runs_, budget_.min_runs);
    }
    return now < budget_.end && (!enough || now - started_ < budget_.share);
  }

  /// Which lane the next run takes: the sampled ones come first in every period.
  [[nodiscard]] std::size_t next_lane() const {
    const std::uint64_t place = runs_ % sample_period;
    std::size_t lane = place + 1 < budget_.lanes.size() ? static_cast<std::size_t>(place) + 1 : 0;
    if (lane == 0 && place % 2 == 1 && scheduled_lane_ < budget_.lanes.size()) { lane = scheduled_lane_; }
    for (std::size_t tried = 0; regions_[lane].empty() && tried < regions_.size(); ++tried) {
      lane = (lane + 1) % regions_.size();
    }
    return lane;
  }

  /// false when no parameters, or no region kind in any lane, can be had.
  bool run_next() {
    for (std::size_t lane = next_lane(); !regions_[lane].empty(); lane = next_lane()) {
      LaneReport& account = report_.lanes[lane];
      plan_.lane = account.lane;
      const auto values = (plan_.lane == Lane::scheduled ? small_values_ : values_).next(report_.shortfall);
      if (!values) { return false; }
      simpler_ = *values;
      plan_.values = simpler_->value();
      vary();
      plan_.region = regions_[lane][static_cast<std::size_t>(account.runs % regions_[lane].size())];
      if (run_here(account, regions_[lane])) { return true; }
    }
    report_.shortfall = "nothing could be run: " + report_.lanes.front().left_out.back();
    return false;
  }

  /// What differs from run to run besides the parameters.
  void vary() {
    constexpr std::uint64_t perturbed_period = 4;
    const bool has_processes = plan_.lane == Lane::forked || plan_.lane == Lane::processes;
    const bool has_tracing = !plan_.strategy->traced_cases.empty();
    const bool perturbed = has_processes && has_tracing && report_.runs() % perturbed_period == perturbed_period - 1;
    plan_.perturbation = perturbed ? budget_.seed + runs_ + 1 : 0;
    plan_.search = {.seed = budget_.seed + runs_, .schedules = budget_.schedules, .replay = std::nullopt};
    plan_.cpus.clear();
    if (plan_.lane == Lane::scheduled) { plan_.cpus = measure::choose_cpus(plan_.scenario->participants(plan_.values)); }
  }

  /// false when this kind of region does not reach this lane; it is then left out from now on.
  bool run_here(LaneReport& account, std::vector<shm::RegionKind>& kinds) {
    const auto begin = steady_clock::now();
    try {
      Result result = run_case(plan_);
      ++account.runs;
      account.schedules += result.schedules;
      ++runs_;
      note(std::move(result));
    } catch (const Unavailable& reason) {
      account.left_out.push_back(fmt::format("{}: {}", to_string(plan_.region), reason.what()));
      std::erase(kinds, plan_.region);
      return false;
    }
    account.time += steady_clock::now() - begin;
    if (on_run_) { on_run_(); }
    return true;
  }

  void note(Result result) {
    if (result.verdict.is_ok()) { return; }
    const bool violated = result.verdict.judgement == Judgement::violated;
    std::optional<PropertyFinding>& first = violated ? report_.violation : report_.doubt;
    if (first) { return; }
    if (budget_.describes && plan_.lane == Lane::scheduled && result.detector == detector::schedules && simpler_) {
      ScheduledFinding smallest = shrink(plan_, *simpler_, result);
      plan_ = std::move(smallest.plan);
      result = std::move(smallest.result);
    }
    first.emplace();
    first->verdict = std::move(result.verdict);
    Plan again = plan_;
    again.search.replay = result.schedule;
    first->token = replay_token(again);
    first->perturbation = plan_.perturbation;
    first->schedule = std::move(result.schedule);
    first->detector = result.detector;
    first->values = plan_.values;
    first->lane = plan_.lane;
    first->region = plan_.region;
    first->run = runs_;
  }

  /// Processes that run freely do not fail every time, so shrinking would mislead: how often is what can be told.
  void measure_rate(PropertyFinding& finding) {
    const auto end = std::min(
        budget_.end, steady_clock::now() + std::min(rerun_time, std::max<nanoseconds>(budget_.share, shortest_rerun_time)));
    while (finding.reruns < most_reruns && steady_clock::now() < end) {
      ++finding.reruns;
      if (!run_case(plan_).verdict.is_ok()) { ++finding.reproduced; }
      if (on_run_) { on_run_(); }
    }
  }

  const PropertyBudget& budget_;
  const std::function<void()>& on_run_;
  PropertyValues values_;
  PropertyValues small_values_;
  std::optional<rc::Shrinkable<ParamValues>> simpler_;                    ///< than the values of the plan
  std::size_t scheduled_lane_ = std::numeric_limits<std::size_t>::max();  ///< its place, if it is among the lanes
  Plan plan_;
  PropertyReport report_;
  std::vector<std::vector<shm::RegionKind>> regions_;  ///< that reach each lane, as far as is known
  std::uint64_t runs_ = 0;
  steady_clock::time_point started_ = steady_clock::now();
};

}  // namespace

std::uint64_t PropertyReport::runs() const {
  std::uint64_t sum = 0;
  for (const LaneReport& lane : lanes) { sum += lane.runs; }
  return sum;
}

Judgement PropertyReport::judgement() const {
  if (violation) { return Judgement::violated; }
  return doubt || !shortfall.empty() ? Judgement::unknown : Judgement::ok;
}

std::string misfit(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario,
                   const PropertyBudget& budget) {
  std::string why_not;
  return PropertyValues(strategy, scenario, budget.seed, budget.fixed).next(why_not) ? std::string() : why_not;
}

PropertyReport check_pair(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario,
                          const PropertyBudget& budget, const std::function<void()>& on_run) {
  return Pair(strategy, scenario, budget, on_run).check();
}

}  // namespace shmlab::run
