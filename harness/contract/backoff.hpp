#pragma once

#include <algorithm>
#include <cstdint>

#include "contract/poll_policy.hpp"

namespace shmlab {

/// How one wait keeps away from a line that others need: each time twice as many pauses (or what poll_policy says), up to a bound, and when that has
/// lasted as long as Env::spin_limit pauses by giving the CPU away (Anderson, IEEE TPDS 1(1), 1990; Mellor-Crummey and Scott, ACM TOCS 9(1), 1991).
/// One object a wait.
template <class Env>
class Backoff {
 public:
  /// Between two looks.
  void pass() {
    if (passed_ >= most_looks<Env>()) { return Env::yield(); }
    for (std::uint32_t i = 0; i < pauses_; ++i) { pass_time<Env>(); }
    passed_ += pauses_;
    pauses_ = std::min(2 * pauses_, most_pauses);
  }

 private:
  static constexpr std::uint32_t most_pauses = 64;

  std::uint32_t pauses_ = 1;
  std::uint32_t passed_ = 0;
};

}  // namespace shmlab
