#pragma once

#include <atomic>

namespace shmlab::check {

/// Makes the compiler write out what it has set and read again what it has read. No effect between participants, and none in a program
/// whose locks work: it keeps the compiler from proving away a check that only a broken lock can fail.
inline void look_again() {
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

}  // namespace shmlab::check
