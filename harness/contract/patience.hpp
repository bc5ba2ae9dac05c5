#pragma once

#include <cstdint>

namespace shmlab {

/// How one wait polls: with a pause at first, and from Env::spin_limit polls on by giving the CPU away, so that a machine with
/// more participants than CPUs goes on. One object a wait.
template <class Env>
class Patience {
 public:
  /// Between two polls.
  void poll() {
    if (exhausted()) {
      Env::yield();
    } else {
      ++polls_;
      Env::pause();
    }
  }
  /// Whether the wait has lasted so long that keeping the CPU is a waste.
  [[nodiscard]] bool exhausted() const { return polls_ >= Env::spin_limit; }

 private:
  std::uint32_t polls_ = 0;
};

}  // namespace shmlab
