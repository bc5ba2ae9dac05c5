#pragma once

#include <atomic>
#include <cstdint>

#include "env/native_env.hpp"

namespace shmlab::strategies::testing {

/// NativeEnv that counts futex calls and parks at once. For threads of one process.
struct RecordingEnv : env::NativeEnv {
  static constexpr std::uint32_t spin_limit = 0;

  static bool futex_wait(const Atomic<std::uint32_t>& word, std::uint32_t expected, FutexScope scope = FutexScope::shared) {
    ++waits;
    last_scope = scope;
    return env::NativeEnv::futex_wait(word, expected, scope);
  }
  static void futex_wake(Atomic<std::uint32_t>& word, std::uint32_t count, FutexScope scope = FutexScope::shared) {
    ++wakes;
    last_scope = scope;
    env::NativeEnv::futex_wake(word, count, scope);
  }
  static void reset() {
    waits = 0;
    wakes = 0;
    last_scope = FutexScope::shared;
  }

  static inline std::atomic<int> waits{0};  ///< counted before the call
  static inline std::atomic<int> wakes{0};
  static inline std::atomic<FutexScope> last_scope{FutexScope::shared};
};

}  // namespace shmlab::strategies::testing
