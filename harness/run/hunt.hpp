#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/entry.hpp"
#include "run/exploration.hpp"
#include "run/property.hpp"

namespace shmlab::run {

/// What a detector made of a control.
struct Catch {
  bool caught = false;
  std::uint64_t runs = 0;
  std::chrono::nanoseconds time{0};
  std::string scenario;  ///< in which it was caught
  std::string why;       ///< what was violated
};

/// Why `detector` cannot work in this program, or empty. Throws BadInput with the nearest name when there is no such detector.
std::string unavailable_detector(std::string_view detector);

/// One strategy and one detector: the scenarios in which it may be caught, tried one after the other in the lane that the detector
/// watches, or explored.
class Hunt {
 public:
  Hunt(const catalogue::StrategyEntry& strategy, std::string_view detector);

  /// Tries until the detector catches the strategy or the budget is used; what other detectors find does not count. The next call
  /// begins with the scenario where this one succeeded.
  Catch run(std::uint64_t seed, std::chrono::nanoseconds budget);
  /// Whether no scenario fits.
  [[nodiscard]] bool is_hopeless() const { return scenarios_.empty(); }

 private:
  /// One scenario, at most until `end`; counts runs. true: caught.
  bool try_runs(const catalogue::ScenarioEntry& scenario, std::uint64_t seed, std::chrono::steady_clock::time_point end,
                Catch& result);
  bool try_exploration(const catalogue::ScenarioEntry& scenario, ExplorationBudget budget,
                       std::chrono::steady_clock::time_point end, Catch& result);
  /// All scenarios, likewise.
  bool run_round(std::uint64_t seed, std::chrono::steady_clock::time_point end, Catch& result);
  bool explore_round(std::uint64_t executions, std::uint32_t deaths, std::chrono::steady_clock::time_point end, Catch& result);

  const catalogue::StrategyEntry& strategy_;
  std::string_view detector_;
  PropertyBudget usual_;
  std::vector<const catalogue::ScenarioEntry*> scenarios_;
  bool dies_first_ = false;  ///< the explorer begins with deaths, and has the most time for them
};

}  // namespace shmlab::run
