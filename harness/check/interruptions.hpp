#pragma once

#include <chrono>
#include <ctime>
#include <optional>

namespace shmlab::check {

/// Signals that interrupt the calling thread again and again while this object lives: what sleeps in the kernel returns with EINTR (the
/// handler does nothing and has no SA_RESTART), and who waits has to wait on. The handler stays installed afterwards, since a last signal
/// may still be under way.
class Interruptions {
 public:
  static constexpr std::chrono::microseconds period{50};

  Interruptions();
  ~Interruptions();
  Interruptions(const Interruptions&) = delete;
  Interruptions& operator=(const Interruptions&) = delete;

  /// false: the system had no timer left (RLIMIT_SIGPENDING), and nothing is interrupted.
  [[nodiscard]] bool is_active() const { return timer_.has_value(); }

 private:
  std::optional<timer_t> timer_;
};

}  // namespace shmlab::check
