#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gate/contestant.hpp"
#include "gate/decision.hpp"

namespace shmlab::gate {

inline constexpr std::uint64_t most_pairs = 1000;

/// What became of one case.
struct CaseComparison {
  std::string name;
  Finding finding;
  double tolerated = 0;  ///< Margins::tolerated, by which it was judged
  double base_ns = 0;    ///< medians over all pairs that count
  double head_ns = 0;
  std::uint64_t left_out = 0;         ///< pairs that do not count: see those_that_count()
  std::string error;                  ///< of an error: which side, and why
  std::vector<std::string> warnings;  ///< changes of the mean and of the 99th percentile, which decide nothing
};

struct Comparison {
  std::vector<CaseComparison> cases;  ///< by name
  std::uint64_t observations = 0;
  double line_ns =
      std::numeric_limits<double>::quiet_NaN();  ///< of a cache line there and back, the median between pairs; NaN: not known
  std::uint64_t cut_short =
      0;  ///< cases that were judged by fewer pairs than their spread asks for, since there was no time for more

  /// The worst of all: an error, a regression, what cannot be told; else improved when one is, and pass.
  [[nodiscard]] Verdict verdict() const;
};

struct ContestOrder {
  std::vector<std::string> only{};  ///< names of cases; empty: all
  std::uint64_t seed = 1;           ///< of the coins that say who goes first, and of the order of cases
  Margins margins{};
  /// Of cases that the base calls unsteady; or the head, where the base knows nothing of such: so no change loosens what it is judged by.
  Margins margins_of_unsteady = gate::margins_of_unsteady;
  Certainty certainty{};
  /// How many cases the bounds hold for together (Bonferroni); 0: for those that both have. So a part can be judged as strictly as the whole.
  std::size_t family = 0;
  /// > 0, at most most_pairs: that many of each case, judged once as a second stage, instead of two stages: for the size of a difference.
  std::uint64_t pairs = 0;
  /// Pairs whose observations measure latencies as well.
  std::uint64_t pairs_with_latency = 10;
  /// Asked before each pair beyond the first stage's thirty; once it says no, what has been begun is judged by the pairs that there are. Empty: as
  /// long as it takes. It must not depend on what was observed, or the bounds would not hold.
  std::function<bool()> has_time{};
  /// What a cache line takes there and back now, in ns: asked between pairs, of which those count in which it took what it takes mostly; for the others
  /// there are more, but not more than twice as many in all. NaN: not known. Empty: all count.
  std::function<double()> line_ns{};
  /// Not NaN: what it takes where pairs count, whatever it takes mostly. Then there are up to ten times as many, and a case of which no pair counts is
  /// an ERROR: to compare what was measured at different times.
  double counted_line_ns = std::numeric_limits<double>::quiet_NaN();
};

/// Observes both in pairs, next to each other and in an order that a coin decides, all cases in turn, in two stages (decision.hpp). A case that only
/// one of them has is NEW or REMOVED; one in which an observation fails is an ERROR, and is not asked again. `on_pair`: after each, with how many
/// there will be, as far as is known. Throws BadInput for a name in `only` that neither has, run::Interrupted, and what the contestants throw.
Comparison contest(Contestant& base, Contestant& head, const ContestOrder& order,
                   const std::function<void(std::uint64_t done, std::uint64_t in_all, std::string_view name)>& on_pair = {});

}  // namespace shmlab::gate
