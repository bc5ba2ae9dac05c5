#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "explore/search.hpp"

namespace shmlab::explore {

/// Few executions for each outcome: dynamic partial-order reduction with source sets and sleep sets (Abdulla, Aronis, Jonsson, Sagonas, Optimal
/// Dynamic Partial Order Reduction, POPL 2014, Algorithm 1). Outcomes of a step are all tried.
///
/// Which steps depend on each other is finer than there. Memory admits every order of execution that respects sb and rf, so of two steps on one
/// location the order matters only when one reads what the other stored: a step happens before another when that reads from it, or sees it aside
/// (Footprint), and a race is a load that comes before a store that it could have read. A load behind a store that it does not read may stand
/// before it just as well.
class Dpor final : public Search {
 public:
  void begin() override;
  std::uint32_t next(const Turn& turn) override;
  void read_from(std::uint32_t step) override;
  void woke(std::uint32_t sleeper) override;
  std::uint32_t choose(std::uint32_t n) override;
  bool another(std::uint32_t steps) override;
  [[nodiscard]] bool is_exhaustive() const override { return exhausted_; }
  [[nodiscard]] bool minds_fairness() const override { return true; }

 private:
  static constexpr std::int32_t never = -1;
  /// Of each participant the latest step (an index into events_) that happens before, by the dependence of steps.
  using Clock = std::array<std::int32_t, max_participants>;

  struct Node {
    std::uint32_t chosen = 0;
    ParticipantSet enabled = 0;
    ParticipantSet wanted = 0;    ///< to be tried here
    ParticipantSet tried = 0;     ///< exhausted
    ParticipantSet sleeping = 0;  ///< what they would do next has been seen, until a dependent step is taken
    std::uint32_t outcomes = 0;   ///< of a step: how many there are; else 0
  };
  struct Event {
    std::uint32_t participant = 0;
    std::int32_t node = never;  ///< where it was chosen, if there was a choice
    Clock before;               ///< itself included
  };
  /// Of each participant the latest step that touched a thing in one way.
  struct Latest {
    ParticipantSet who = 0;
    Clock steps;
  };
  struct Touches {
    Latest reads;
    Latest changes;
  };
  static constexpr std::size_t things = 128;

  [[nodiscard]] static std::uint32_t prefer(ParticipantSet awake, const Turn& turn);
  void take(std::uint32_t participant, const Turn& turn, std::int32_t node);
  template <class Visit>
  void each_dependent(const Footprint& footprint, Visit visit);
  void find_candidates(std::uint32_t participant, const Footprint& footprint);
  void reverse_races(std::uint32_t participant, const Step& step);
  [[nodiscard]] bool is_immediate(std::int32_t event) const;
  [[nodiscard]] bool happens_before(std::int32_t first, std::int32_t second) const;
  [[nodiscard]] ParticipantSet initials(std::int32_t race, std::uint32_t participant) const;
  [[nodiscard]] bool precedes_last(std::int32_t first, std::int32_t race, std::uint32_t participant) const;
  void touch(std::uint32_t participant, const Footprint& footprint, std::int32_t event);
  Touches& thing(std::size_t index);

  std::vector<Node> nodes_;
  std::size_t depth_ = 0;
  ParticipantSet sleeping_ = 0;
  std::vector<Event> events_;
  std::array<Clock, max_participants> clocks_{};
  std::array<Touches, things> touches_{};
  std::array<std::uint64_t, 2> touched_{};  ///< the things in use in this execution
  std::vector<std::int32_t> candidates_;
  bool exhausted_ = false;
};

}  // namespace shmlab::explore
