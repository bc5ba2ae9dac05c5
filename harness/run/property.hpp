#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/entry.hpp"
#include "contract/verdict.hpp"
#include "run/plan.hpp"

namespace shmlab::run {

/// How long a pair of strategy and scenario is tried, and where.
struct PropertyBudget {
  std::uint64_t min_runs = 20;
  std::uint64_t max_runs = std::numeric_limits<std::uint64_t>::max();
  std::chrono::nanoseconds share = std::chrono::seconds{1};  ///< after it no further run starts, once there were min_runs
  std::chrono::steady_clock::time_point end = std::chrono::steady_clock::time_point::max();  ///< no run starts after it at all
  std::uint64_t seed = 0;
  /// Most runs in the first, one of 50 in each other, starting with those; but half of all in `scheduled`.
  std::vector<Lane> lanes{Lane::forked, Lane::processes, Lane::scheduled};
  std::uint64_t schedules = 200;  ///< of each run in the lane scheduled
  bool describes = true;          ///< false: a finding is neither shrunk nor run again to learn its rate
  std::vector<shm::RegionKind> regions{shm::all_region_kinds.begin(), shm::all_region_kinds.end()};  ///< in turn
  /// Of a run that takes milliseconds, on a machine that is busy with something else.
  std::chrono::nanoseconds shortest_deadline = std::chrono::seconds{2};
  std::vector<std::string> fixed;  ///< "name=value" of parameters that are not generated
};

/// A run that did not end well, and how often the same did not when it ran again. One of the lane scheduled has the smallest program
/// and schedule that were found, and repeats exactly.
struct PropertyFinding {
  Verdict verdict;
  std::string_view detector;
  ParamValues values{};
  Lane lane = Lane::forked;
  shm::RegionKind region = shm::RegionKind::memfd;
  std::string token;               ///< for `shmlab replay`
  std::uint64_t perturbation = 0;  ///< seed; 0: none
  fault::Schedule schedule;        ///< lane scheduled
  std::uint64_t run = 0;           ///< its number in the pair, from 1
  std::uint64_t reruns = 0;        ///< with the same parameters, lane, region, perturbation and schedule
  std::uint64_t reproduced = 0;    ///< of them, those that did not end well either
};

/// What one lane contributed.
struct LaneReport {
  Lane lane = Lane::forked;
  std::uint64_t runs = 0;
  std::uint64_t schedules = 0;  ///< lane scheduled
  std::chrono::nanoseconds time{0};
  std::vector<std::string> left_out;  ///< region kinds that do not reach this lane, "anonymous: ..."
};

/// What became of one pair.
struct PropertyReport {
  const catalogue::StrategyEntry* strategy = nullptr;
  const catalogue::ScenarioEntry* scenario = nullptr;
  std::uint64_t seed = 0;
  std::vector<LaneReport> lanes;             ///< as PropertyBudget::lanes
  std::optional<PropertyFinding> violation;  ///< the first; it ends the pair
  std::optional<PropertyFinding>
      doubt;              ///< the first run without an answer; then the share ends the pair, whatever min_runs says
  std::string shortfall;  ///< why there were fewer than min_runs, or empty

  [[nodiscard]] std::uint64_t runs() const;
  [[nodiscard]] Judgement judgement() const;
};

/// The parameters of a pair that never fits: why not; empty when there are parameters that fit.
std::string misfit(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario,
                   const PropertyBudget& budget);

/// Runs the scenario with generated parameters until something is violated or the budget is used. The parameters depend on the
/// seed, the pair and the number of the run alone: at most 200 operations, 3 participants, 4096 bytes, a capacity of 64,
/// 50 pauses, waits of 1 µs; in the lane scheduled 3 operations, 24 bytes, a capacity of 3, one pause. One of four free runs in the
/// lanes of processes is perturbed at its shared accesses.
/// `on_run` is called after every run. Throws what run_case() throws, but for Unavailable, which is reported, and BadInput for `fixed`.
PropertyReport check_pair(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario,
                          const PropertyBudget& budget, const std::function<void()>& on_run = {});

}  // namespace shmlab::run
