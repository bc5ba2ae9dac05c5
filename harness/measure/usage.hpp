#pragma once

#include <cstdint>

namespace shmlab::measure {

/// What a thread has cost so far, or over a span of time (the difference of two).
struct Usage {
  std::uint64_t cpu_ns = 0;                ///< user and system time; the kernel tells microseconds
  std::uint64_t voluntary_switches = 0;    ///< it blocked or yielded
  std::uint64_t involuntary_switches = 0;  ///< it was preempted

  friend bool operator==(const Usage&, const Usage&) = default;
};

/// Since the thread began (getrusage(2), RUSAGE_THREAD). Never fails.
Usage usage_of_this_thread();

/// What was used from `earlier` to `later`, both of the same thread.
[[nodiscard]] constexpr Usage operator-(const Usage& later, const Usage& earlier) {
  return {.cpu_ns = later.cpu_ns - earlier.cpu_ns,
          .voluntary_switches = later.voluntary_switches - earlier.voluntary_switches,
          .involuntary_switches = later.involuntary_switches - earlier.involuntary_switches};
}

}  // namespace shmlab::measure
