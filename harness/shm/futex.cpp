#include "shm/futex.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>

namespace shmlab::shm {
namespace {

static_assert(sizeof(std::atomic<std::uint32_t>) == 4 && std::atomic<std::uint32_t>::is_always_lock_free,
              "the kernel looks at four bytes and at nothing else");

int operation(int command, FutexScope scope) {
  return scope == FutexScope::process_private ? command | FUTEX_PRIVATE_FLAG : command;
}

timespec to_timespec(std::chrono::nanoseconds duration) {
  const auto positive = std::max(duration, std::chrono::nanoseconds::zero());
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(positive);
  return {.tv_sec = seconds.count(), .tv_nsec = (positive - seconds).count()};
}

/// From the result of a waiting call, and errno.
FutexWake why_it_returned(long result) {
  if (result == 0) { return FutexWake::woken; }
  switch (errno) {
    case EAGAIN: return FutexWake::value_changed;
    case EINTR: return FutexWake::interrupted;
    case ETIMEDOUT: return FutexWake::timed_out;
    default: throw std::system_error(errno, std::system_category(), "futex wait");
  }
}

}  // namespace

FutexWake futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                     std::optional<std::chrono::nanoseconds> timeout, FutexScope scope) {
  const timespec relative = to_timespec(timeout.value_or(std::chrono::nanoseconds::zero()));
  const timespec* limit = timeout ? &relative : nullptr;
  return why_it_returned(syscall(SYS_futex, &word, operation(FUTEX_WAIT, scope), expected, limit, nullptr, 0));
}

FutexWake futex_wait_until(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                           std::chrono::steady_clock::time_point deadline, FutexScope scope) {
  const timespec moment = to_timespec(deadline.time_since_epoch());
  // FUTEX_WAIT takes a duration, FUTEX_WAIT_BITSET a moment; any wake matches.
  return why_it_returned(
      syscall(SYS_futex, &word, operation(FUTEX_WAIT_BITSET, scope), expected, &moment, nullptr, FUTEX_BITSET_MATCH_ANY));
}

std::uint32_t futex_wake(std::atomic<std::uint32_t>& word, std::uint32_t count, FutexScope scope) {
  // The kernel counts in int: more than wake_all would be negative, and would wake one.
  const long woken = syscall(SYS_futex, &word, operation(FUTEX_WAKE, scope), std::min(count, wake_all), nullptr, nullptr, 0);
  if (woken < 0) { throw std::system_error(errno, std::system_category(), "futex wake"); }
  return static_cast<std::uint32_t>(woken);
}

}  // namespace shmlab::shm
