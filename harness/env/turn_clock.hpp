#pragma once

#include <algorithm>

#include "env/deadline.hpp"

namespace shmlab::env {

/// The time of a participant that takes turns: it stands still but for the deadlines that pass, so that a run repeats to the letter.
class TurnClock {
 public:
  [[nodiscard]] static Deadline now() { return now_; }
  /// A timed sleep of the calling thread has come to its end.
  static void pass(Deadline deadline) { now_ = std::max(now_, deadline); }

 private:
  static inline thread_local Deadline now_{};
};

}  // namespace shmlab::env
