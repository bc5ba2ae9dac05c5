#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace shmlab::explore {

/// How far an exploration looks. Nothing is left out in silence: Exploration names the bounds that were met.
struct Bounds {
  static constexpr std::uint32_t unlimited = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t most_steps = 5000;            ///< of one execution, which is given up beyond
  std::uint32_t most_stale = unlimited;       ///< messages between the one that a load takes and the newest
  std::uint32_t most_insertions = unlimited;  ///< stores of one execution that go before others in modification order
  std::uint32_t weak_failures = 1;            ///< of each participant in one execution, without a reason
  std::uint32_t spurious_wakes = 1;           ///< of each participant in one execution
  std::uint32_t most_deaths = 0;              ///< in one execution; 0: nobody dies
  std::uint32_t vain_polls = 4;               ///< polls of each participant with nothing new to see, before all count as stuck
};

/// What the kernel promises beyond the compare and the sleep.
enum class FutexOrder : std::uint8_t {
  full_barrier,  ///< Linux: wait, wake and waking up order like seq_cst fences, but nothing happens before because of them
  none           ///< the manual page: wait and wake of one word are atomic to each other
};

/// What becomes of two conflicting accesses to ordinary memory that neither happens before the other ([intro.races]/21).
enum class RacePolicy : std::uint8_t {
  are_findings,
  are_ignored  ///< the execution goes on; ordinary accesses are steps then, in which the latest in execution order is seen
};

enum class Bound : std::uint16_t {
  steps = 1,
  stale = 2,
  insertions = 4,
  weak_failures = 8,
  spurious_wakes = 16,
  seq_cst_events = 32,  ///< more seq_cst events in one execution than ScOrder holds: the oldest came first in S
  preemptions = 64,
  deaths = 128,
  fairness = 256,  ///< who polls and changes memory lets others go first: see Fairness
};

/// The bounds that kept an exploration from something.
class BoundSet {
 public:
  constexpr void insert(Bound bound) { bits_ |= static_cast<std::uint16_t>(bound); }
  constexpr void insert(BoundSet others) { bits_ |= others.bits_; }
  [[nodiscard]] constexpr bool contains(Bound bound) const { return (bits_ & static_cast<std::uint16_t>(bound)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }

 private:
  std::uint16_t bits_ = 0;
};

/// "2 weak failures, 5000 steps"; empty when none was met.
std::string to_string(BoundSet met, const Bounds& bounds);

}  // namespace shmlab::explore
