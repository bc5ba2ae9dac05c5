#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace shmlab {

/// What a recorded operation did.
enum class Action : std::uint8_t { lock, unlock, lock_shared, unlock_shared, post, wait, publish, read, send, receive };

constexpr std::string_view to_string(Action action) {
  switch (action) {
    case Action::lock: return "lock";
    case Action::unlock: return "unlock";
    case Action::lock_shared: return "lock_shared";
    case Action::unlock_shared: return "unlock_shared";
    case Action::post: return "post";
    case Action::wait: return "wait";
    case Action::publish: return "publish";
    case Action::read: return "read";
    case Action::send: return "send";
    case Action::receive: return "receive";
  }
  return "unknown";
}

/// One operation of a recorded history. It took effect at some instant of the closed interval [start, end]; stamps of all participants
/// compare. Both stamps are ticks of the run's clock or, where participants take turns, numbers of shared accesses.
struct Event {
  /// The end of an operation that has not returned: it may have taken effect, or not.
  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  std::uint64_t start = 0;
  std::uint64_t end = never;
  std::uint64_t value =
      0;  ///< published, sent, read or received; 0 where the action carries none, and for a read of the blank value
  std::uint32_t participant = 0;
  Action action = Action::lock;
  bool succeeded = true;  ///< false: a send that found the channel full, a receive that found it empty, a lock that timed out

  [[nodiscard]] constexpr bool is_pending() const { return end == never; }
};

}  // namespace shmlab
