#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "catalogue/entry.hpp"
#include "explore/program.hpp"

namespace shmlab::run {

/// The parameters of a scenario with which a search can come to its end: as few participants, operations and words as show something.
/// `fixed`: "name=value" of those that are given; throws BadInput for what the scenario does not have.
ParamValues explored_values(const catalogue::ScenarioEntry& scenario, std::span<const std::string> fixed);
/// Parameters that an exploration of a pair should not do without.
struct ExploredVariant {
  ParamValues values{};
  std::string title;  ///< how they differ from the first: "end=1"; the first has none
};
/// These first; then with one participant more, and with each other value of what chooses between jobs: the side of a victim, the wrap that counts
/// start next to, calls that copy or not. Those that fit the strategy; the first in any case.
std::vector<ExploredVariant> explored_variants(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario,
                                               std::span<const std::string> fixed);

/// Why the explorer has no use for a pair with these parameters; empty: it has.
std::string unexplorable(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario,
                         const ParamValues& values);

/// A case as the explorer's program. One exploration at a time.
class ExploredCase {
 public:
  /// Of a pair that is not unexplorable().
  ExploredCase(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario, const ParamValues& values);
  ~ExploredCase();
  ExploredCase(const ExploredCase&) = delete;
  ExploredCase& operator=(const ExploredCase&) = delete;

  [[nodiscard]] const explore::Program& program() const { return program_; }
  /// The same, with nobody dying in a scenario whose judge knows of no dead.
  [[nodiscard]] explore::Settings admitted(explore::Settings settings) const;

 private:
  struct Parties;
  std::unique_ptr<Parties> parties_;
  explore::Program program_;
};

}  // namespace shmlab::run
