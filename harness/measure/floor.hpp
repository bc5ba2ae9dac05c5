#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>

#include "contract/config.hpp"

namespace shmlab::measure {

/// The cache line that two participants pass to and fro. Position-independent; all bytes zero is a line ready for use.
/// After a probe that both sides finished it is ready for the next one; an abandoned line stays so until reset().
struct alignas(line_pair_bytes) FloorLine {
  /// The number of moves made, even when it is the first side's turn; or `abandoned`.
  std::atomic<std::uint64_t> moves{0};

  static constexpr std::uint64_t abandoned = std::numeric_limits<std::uint64_t>::max();

  /// Makes the line ready again. Only while neither side is in a probe.
  /// relaxed: whatever starts the next probe orders this store before it.
  void reset() { moves.store(0, std::memory_order_relaxed); }
};

/// Who of the two moves first.
enum class FloorSide : std::uint32_t { first, second };

/// A probe lasts no longer than this, also when the partner never comes, dies or shares the CPU.
inline constexpr std::chrono::milliseconds floor_time_limit{200};
/// How many rounds suit a probe: below 0.1 ms on neighbouring CPUs, and within the limit when both share one.
inline constexpr std::uint32_t floor_rounds = 2'000;

/// The hardware floor of every hand-over: one cache line passed there and back between two CPUs in strict alternation.
/// Both sides call it at about the same time with the same line and `rounds` (>= 1). Returns nanoseconds a round trip,
/// the lower quartile of up to 32 batches; NaN when the partner did not come, gave up, `stop` became non-zero or the time
/// limit passed. Then the line is abandoned, which ends the partner's probe as well.
[[nodiscard]] double floor_round_trip(FloorLine& line, FloorSide side, std::uint32_t rounds,
                                      const std::atomic<std::uint32_t>& stop);

/// The costs below which nothing here can go; NaN: not measured.
struct Floors {
  double clock_ns = std::numeric_limits<double>::quiet_NaN();               ///< one Clock::now()
  double syscall_ns = std::numeric_limits<double>::quiet_NaN();             ///< the cheapest system call
  double uncontended_atomic_ns = std::numeric_limits<double>::quiet_NaN();  ///< a locked add on a line that nobody else uses
  double round_trip_ns = std::numeric_limits<double>::quiet_NaN();          ///< floor_round_trip()
};

/// Each is the median of batches, on the calling thread, in less than 5 ms.
[[nodiscard]] double clock_cost_ns();
[[nodiscard]] double syscall_cost_ns();
[[nodiscard]] double locked_add_cost_ns();

/// Everything that one thread can measure alone; round_trip_ns stays NaN.
[[nodiscard]] Floors floors_of_this_thread();

}  // namespace shmlab::measure
