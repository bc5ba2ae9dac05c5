#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shmlab::report {

/// What those who are left met when a participant was killed; what is worse is greater.
enum class DeathClass : std::uint8_t {
  unaffected,  ///< went on
  recovers,    ///< were told, repaired, and went on
  detects,     ///< were told, and could not go on
  untried,     ///< nobody was killed, or what followed could not be found out
  blocks,      ///< one waits for ever, or sleeps beside what it waits for
  aborts,      ///< one was ended by a library
  corrupts     ///< an invariant is broken
};

/// "go on", "recover", "are told", "not tried", "block", "abort", "are given wrong data".
std::string_view to_string(DeathClass met);

/// What `shmlab crash` found of one strategy.
struct Deaths {
  /// What the survivors of one kind ("newcomer", "waiter") met at the worst point.
  using Worst = std::map<std::string, DeathClass>;

  std::string strategy;
  std::map<std::string, Worst> by_role;  ///< of the one who was killed

  [[nodiscard]] DeathClass worst() const;
};

/// The deaths that a file of `shmlab crash` tells of, by strategy: what --json printed, or a table that --update wrote. Participants that
/// are stopped, fork or execute another program are no deaths, and left out. Throws BadInput with "`what` ..." when it is neither.
std::vector<Deaths> deaths_in(const nlohmann::json& crash, std::string_view what);

/// Of the strategy called `name`; `untried` when it is not among them.
DeathClass class_of(std::span<const Deaths> deaths, std::string_view name);

}  // namespace shmlab::report
