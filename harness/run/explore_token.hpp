#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/entry.hpp"
#include "explore/program.hpp"

namespace shmlab::run {

/// An execution of the explorer in one word, for `shmlab replay`: "explore", the version of shmlab and the commit, strategy, scenario,
/// parameters, what the model grants, the mutation of the source if there is one, choices, and a checksum.
struct ExploreOrder {
  const catalogue::StrategyEntry* strategy = nullptr;
  const catalogue::ScenarioEntry* scenario = nullptr;
  ParamValues values{};
  /// Spurious wakes, weak failures, futex order, races, deaths and mutation; the rest does not matter to one execution.
  explore::Settings settings;
  std::vector<std::uint16_t> choices;
  std::string commit;  ///< that the token was made by; of this program where it is to be written
};

std::string explore_token(const ExploreOrder& order);

/// Whether the word is a token of the explorer, and not of a lane.
bool is_explore_token(std::string_view token);

/// Throws BadInput when the token is damaged, of another version, or names what this program does not have.
ExploreOrder read_explore_token(std::string_view token);

}  // namespace shmlab::run
