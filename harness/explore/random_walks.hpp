#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "explore/search.hpp"

namespace shmlab::explore {

/// Executions at random, all decisions with equal chances but for outcomes: the usual one has at least half of them.
class RandomWalk final : public Search {
 public:
  explicit RandomWalk(std::uint64_t seed) : random_(seed) {}

  std::uint32_t next(const Turn& turn) override;
  std::uint32_t choose(std::uint32_t n) override;
  bool another(std::uint32_t /*steps*/) override { return true; }

 private:
  std::mt19937_64 random_;
};

/// Priorities at random, of which a few change at random steps: finds a bug that needs d ordering constraints among k steps of n participants
/// with a chance of at least 1/(n k^(d-1)) in each execution (Burckhardt et al., A Randomized Scheduler with Probabilistic Guarantees of
/// Finding Bugs, ASPLOS 2010). Outcomes as RandomWalk.
class Pct final : public Search {
 public:
  /// Depth d >= 1.
  Pct(std::uint32_t depth, std::uint64_t seed) : depth_(depth), random_(seed) {}

  void begin() override;
  std::uint32_t next(const Turn& turn) override;
  std::uint32_t choose(std::uint32_t n) override;
  bool another(std::uint32_t steps) override;

 private:
  std::uint32_t depth_;
  std::mt19937_64 random_;
  std::uint32_t length_ = 16;  ///< steps of the longest execution so far
  std::array<std::int64_t, max_participants> priorities_{};
  std::int64_t lowest_ = 0;
  std::vector<std::uint32_t> changes_;  ///< steps at which whoever took the step before loses its priority
};

}  // namespace shmlab::explore
