#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace shmlab::measure {

/// Reads a clock, in ticks.
using ClockReading = std::function<std::uint64_t()>;

/// By how many ticks the clock of one thread was seen ahead of the other's: each in turn sends the other a stamp, and a stamp that
/// arrives before it was sent betrays the difference; what is less than the time of a passage stays unseen, and does no harm.
/// `passages` each way. The threads are pinned to `first_cpu` and `second_cpu`. 0: never seen ahead.
[[nodiscard]] std::uint64_t measure_skew(int first_cpu, const ClockReading& first, int second_cpu, const ClockReading& second,
                                         std::uint32_t passages);

/// The largest such difference between the first of `cpus` and each other, by the clock in use (about a millisecond a CPU).
[[nodiscard]] std::uint64_t measure_skew(std::span<const int> cpus);

}  // namespace shmlab::measure
