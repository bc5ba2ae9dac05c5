#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

#include "env/native_env.hpp"

namespace shmlab::strategies::testing {

/// NativeEnv for one thread that calls `interruption` before the atomic access number `interrupted_access`, once: whatever another
/// participant might do just there.
struct InterruptingEnv : env::NativeEnv {
  template <class T>
  class Atomic : public env::NativeEnv::Atomic<T> {
    using Base = env::NativeEnv::Atomic<T>;

   public:
    using Base::Base;
    [[nodiscard]] T load(std::memory_order order) const {
      count_access();
      return Base::load(order);
    }
    void store(T desired, std::memory_order order) {
      count_access();
      Base::store(desired, order);
    }
  };

  /// From now on: accesses are counted from 0.
  static void interrupt(int access, std::function<void()> with) {
    accesses = 0;
    interrupted_access = access;
    interruption = std::move(with);
  }
  static void reset() { interrupt(-1, nullptr); }

  static inline int accesses = 0;

 private:
  static void count_access() {
    if (accesses++ == interrupted_access) { std::exchange(interruption, nullptr)(); }
  }

  static inline int interrupted_access = -1;
  static inline std::function<void()> interruption{};
};

}  // namespace shmlab::strategies::testing
