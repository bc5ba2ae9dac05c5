#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>

namespace shmlab::env {

/// A moment of CLOCK_MONOTONIC: steady_clock is that clock (libstdc++, libc++ on Linux).
using Deadline = std::chrono::steady_clock::time_point;

/// `time` after `now`; what lies beyond the clock's range is its end.
constexpr Deadline deadline_after(Deadline now, std::chrono::nanoseconds time) {
  return time > Deadline::max() - now ? Deadline::max() : now + time;
}

/// For system calls that take a moment; one before the clock's start is its start.
constexpr timespec to_timespec(Deadline deadline) {
  const auto since_start = std::max(deadline.time_since_epoch(), Deadline::duration::zero());
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_start);
  return {.tv_sec = seconds.count(), .tv_nsec = (since_start - seconds).count()};
}

}  // namespace shmlab::env
