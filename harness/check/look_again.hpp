#pragma once

#include <atomic>
#include <cstddef>
#include <span>

namespace shmlab::check {

/// Makes the compiler write out what it has set and read again what it has read. No effect between participants, and none in a program
/// whose locks work: it keeps the compiler from proving away a check that only a broken lock can fail.
inline void look_again() {
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

/// Makes the compiler bring these bytes of one's own memory there, though nobody reads them: what is timed is not to be proved needless.
inline void has_arrived(std::span<const std::byte> bytes) {
  asm volatile("" : : "r"(bytes.data()) : "memory");
}

}  // namespace shmlab::check
