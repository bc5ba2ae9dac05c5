#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace shmlab::shm {

/// Who can be woken through a futex word (futex(2), FUTEX_PRIVATE_FLAG).
enum class FutexScope : std::uint8_t {
  shared,          ///< every process that maps the word: the only right choice in a region
  process_private  ///< threads of one process only; wrong between processes, kept for a control that shows it
};

/// Why a futex wait returned.
enum class FutexWake : std::uint8_t {
  woken,          ///< by a wake, or spuriously: test the word again
  value_changed,  ///< the word did not hold the expected value (EAGAIN)
  interrupted,    ///< by a signal handler (EINTR)
  timed_out       ///< the time-out passed (ETIMEDOUT)
};

/// Sleeps while `word` holds `expected`, at most `timeout` (relative, CLOCK_MONOTONIC) when one is given.
/// Throws std::system_error on EINVAL and EFAULT (misaligned word or unmapped memory): a bug in the caller.
FutexWake futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                     std::optional<std::chrono::nanoseconds> timeout = std::nullopt, FutexScope scope = FutexScope::shared);

/// The same until a moment of CLOCK_MONOTONIC, which is std::chrono::steady_clock's, so that a wait that was interrupted can go on to
/// the same end. A moment that has passed: timed_out, or value_changed.
FutexWake futex_wait_until(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                           std::chrono::steady_clock::time_point deadline, FutexScope scope = FutexScope::shared);

/// Wakes at most `count` sleepers; returns how many.
std::uint32_t futex_wake(std::atomic<std::uint32_t>& word, std::uint32_t count, FutexScope scope = FutexScope::shared);

inline constexpr std::uint32_t wake_all = 0x7fff'ffff;

}  // namespace shmlab::shm
