#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "measure/session.hpp"
#include "scenarios/parts/survivors_terms.hpp"

namespace shmlab::scenarios::survivors {

/// One participant at work.
template <class Env>
struct Survivor {
  static constexpr std::chrono::milliseconds a_while{5};

  const Params& values;
  Shared<Env>& shared;
  measure::Session& session;
  std::uint32_t index;

  /// To be called for each answer that somebody has died.
  void tell() const {
    session.count(counter_told);
    // relaxed: read when everybody has ended
    shared.told.fetch_add(1, std::memory_order_relaxed);
  }
  /// Ends a cycle.
  void complete() const {
    session.count(counter_cycles);
    session.done();
  }
  /// What a newcomer gets, the waiter could have had.
  void could_be_had() const {
    if (index == role_newcomer) { session.count(counter_could_be_had); }
  }
  /// Whether it plays the victim's side and that gives, or is the partner of those who take.
  [[nodiscard]] bool gives() const {
    if (index == role_victim) { return values.side == side_gives; }
    return index == role_partner;
  }
  /// Whether it is to give up before it waits without an end.
  [[nodiscard]] bool gives_up() const { return values.timed != 0 && index == role_newcomer; }
};

}  // namespace shmlab::scenarios::survivors
