#pragma once

#include <cstdint>

#include "contract/poll_policy.hpp"

namespace shmlab {

/// How one wait polls: at first with what poll_policy says between two looks, a pause unless it was set, and when that has lasted as long as
/// Env::spin_limit pauses by giving the CPU away, so that a machine with more participants than CPUs goes on. One object a wait.
template <class Env>
class Patience {
 public:
  /// Between two polls.
  void poll() {
    if (exhausted()) {
      Env::yield();
    } else {
      ++polls_;
      pass_time<Env>();
    }
  }
  /// Whether the wait has lasted so long that keeping the CPU is a waste.
  [[nodiscard]] bool exhausted() const { return polls_ >= most_looks<Env>(); }

 private:
  std::uint32_t polls_ = 0;
};

}  // namespace shmlab
