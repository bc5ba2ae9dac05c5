#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "explore/search.hpp"

namespace shmlab::explore {

/// A part of a search for each of `count` processes or machines, which need not talk to each other.
struct Shard {
  std::uint32_t index = 0;  ///< 0 .. count - 1
  std::uint32_t count = 1;
};

/// All executions with few preemptions first: those with none, then those with one, and so on (Musuvathi and Qadeer, Iterative Context
/// Bounding for Systematic Testing of Multithreaded Programs, PLDI 2007). Outcomes of steps are all tried under each bound.
class DepthFirst final : public Search {
 public:
  static constexpr std::uint32_t unlimited = Bounds::unlimited;

  /// Bounds from `first` to `last`; the search ends earlier when a bound has kept it from nothing. DepthFirst(unlimited) takes all executions
  /// as they come.
  explicit DepthFirst(std::uint32_t first = 0, std::uint32_t last = unlimited, Shard shard = {});

  void begin() override;
  std::uint32_t next(const Turn& turn) override;
  std::uint32_t choose(std::uint32_t n) override;
  bool another(std::uint32_t steps) override;
  [[nodiscard]] bool is_exhaustive() const override { return exhausted_; }
  [[nodiscard]] BoundSet met() const override { return met_; }
  [[nodiscard]] std::optional<std::uint32_t> complete_preemptions() const override;
  /// The bound under which it searches now.
  [[nodiscard]] std::uint32_t bound() const { return bound_; }

 private:
  /// A decision of the execution, and what is left to try in its place.
  struct Node {
    std::uint32_t chosen = 0;
    ParticipantSet left = 0;     ///< who else can go on
    std::uint32_t outcomes = 0;  ///< of a step: how many there are; else 0
  };

  bool backtrack();
  [[nodiscard]] bool belongs_to_another_shard();

  std::uint32_t first_;
  std::uint32_t bound_;
  std::uint32_t last_;
  Shard shard_;
  std::vector<Node> nodes_;
  std::size_t depth_ = 0;
  std::uint32_t preemptions_ = 0;
  std::uint32_t prefix_ = 0;  ///< number of the present execution's first decisions
  bool is_new_prefix_ = true;
  bool exhausted_ = false;
  BoundSet met_;
};

}  // namespace shmlab::explore
