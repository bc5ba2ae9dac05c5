#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "catalogue/entry.hpp"
#include "explore/depth_first.hpp"
#include "explore/explore.hpp"

namespace shmlab::run {

/// How long and how far a pair is explored.
struct ExplorationBudget {
  explore::Settings settings{.bounds = {.most_deaths = 1}};  ///< but for time, which is of the whole pair
  std::uint32_t preemptions = 3;                             ///< up to which all executions are searched first
  std::uint64_t most_of_preemptions = std::numeric_limits<std::uint64_t>::max();  ///< executions of that search
  std::uint64_t samples = 2'000;                                                  ///< of each depth of PCT; 0: none are taken
  std::chrono::nanoseconds time{std::chrono::seconds{10}};
  std::uint64_t seed = 1;
  explore::Shard shard{};  ///< of the whole; the parts see all together
};

/// What became of a pair.
struct ExplorationReport {
  const catalogue::StrategyEntry* strategy = nullptr;
  const catalogue::ScenarioEntry* scenario = nullptr;
  ParamValues values{};
  explore::Settings settings;        ///< with which it was explored
  explore::Exploration exploration;  ///< counts of all searches together; how the last one ended
  std::string_view search;           ///< the last one
  std::chrono::nanoseconds time{0};
  std::string unavailable;  ///< unexplorable(), or what the explorer has no room for; else empty
};

/// Searches for an execution that is not ok: with few preemptions first, then samples with few ordering constraints, then one of each class
/// until all are seen or the time is over. No single search finds everything soon.
ExplorationReport explore_pair(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario,
                               const ParamValues& values, const ExplorationBudget& budget);

}  // namespace shmlab::run
