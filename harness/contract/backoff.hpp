#pragma once

#include <algorithm>
#include <cstdint>

namespace shmlab {

/// How one wait keeps away from a line that others need: each time twice as many pauses, up to a bound, and from Env::spin_limit pauses on by
/// giving the CPU away (Anderson, IEEE TPDS 1(1), 1990; Mellor-Crummey and Scott, ACM TOCS 9(1), 1991). One object a wait.
template <class Env>
class Backoff {
 public:
  /// Between two looks.
  void pass() {
    if (passed_ >= Env::spin_limit) { return Env::yield(); }
    for (std::uint32_t i = 0; i < pauses_; ++i) { Env::pause(); }
    passed_ += pauses_;
    pauses_ = std::min(2 * pauses_, most_pauses);
  }

 private:
  static constexpr std::uint32_t most_pauses = 64;

  std::uint32_t pauses_ = 1;
  std::uint32_t passed_ = 0;
};

}  // namespace shmlab
