#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "run/exploration.hpp"

namespace shmlab::run {

/// A small program with parameters of RapidCheck's.
struct GeneratedProgram {
  ParamValues values{};
  /// From a report that found something in it: the same kind of finding in the simplest program that shows it, by RapidCheck's shrinking. (Possible
  /// because an exploration repeats.) Each try has a tenth of the budget's time.
  std::function<ExplorationReport(ExplorationReport found, const ExplorationBudget& budget)> simplified;
};

/// `count` programs of a pair that the explorer has a use for, fewer when no more are found; the same for the same seed and names. Parameters in `fixed`
/// ("name=value") have that value. Throws BadInput for `fixed`.
std::vector<GeneratedProgram> generated_programs(const catalogue::StrategyEntry& strategy,
                                                 const catalogue::ScenarioEntry& scenario, std::uint64_t seed,
                                                 std::span<const std::string> fixed, std::size_t count);

}  // namespace shmlab::run
