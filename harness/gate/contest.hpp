#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gate/contestant.hpp"
#include "gate/decision.hpp"

namespace shmlab::gate {

/// What became of one case.
struct CaseComparison {
  std::string name;
  Finding finding;
  double base_ns = 0;  ///< medians over all pairs
  double head_ns = 0;
  std::string error;                  ///< of an error: which side, and why
  std::vector<std::string> warnings;  ///< changes of the mean and of the 99th percentile, which decide nothing
};

struct Comparison {
  std::vector<CaseComparison> cases;  ///< by name
  std::uint64_t observations = 0;

  /// The worst of all: an error, a regression, what cannot be told; else improved when one is, and pass.
  [[nodiscard]] Verdict verdict() const;
};

struct ContestOrder {
  std::uint64_t seed = 1;  ///< of the coins that say who goes first, and of the order of cases
  Margins margins{};
  Certainty certainty{};
  /// Pairs whose observations measure latencies as well.
  std::uint64_t pairs_with_latency = 10;
};

/// Observes both in pairs, next to each other and in an order that a coin decides, all cases in turn, in two stages (decision.hpp). A case that only
/// one of them has is NEW or REMOVED; one in which an observation fails is an ERROR, and is not asked again. `on_pair`: after each, with how many
/// there will be, as far as is known. Throws run::Interrupted, and what the contestants throw.
Comparison contest(Contestant& base, Contestant& head, const ContestOrder& order,
                   const std::function<void(std::uint64_t done, std::uint64_t in_all, std::string_view name)>& on_pair = {});

}  // namespace shmlab::gate
