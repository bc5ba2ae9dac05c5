#pragma once

#include <algorithm>
#include <cstdint>

namespace shmlab::strategies {

/// Whether to spin before a sleep, or to let time pass before a look, as one who waits again and again finds out: who did so in vain leaves it out of the
/// next waits, of twice as many each time, up to a limit; who did not does so again.
class VainSpins {
 public:
  explicit constexpr VainSpins(std::uint32_t most_skipped) : most_skipped_(most_skipped) {}

  /// Once for each wait.
  bool is_worth_it() {
    if (skip_ == 0) { return true; }
    --skip_;
    return false;
  }
  void succeeded() { vain_ = 0; }
  void failed() {
    vain_ = std::min(2 * vain_ + 1, most_skipped_);
    skip_ = vain_;
  }

 private:
  std::uint32_t most_skipped_;
  std::uint32_t vain_ = 0;
  std::uint32_t skip_ = 0;
};

}  // namespace shmlab::strategies
