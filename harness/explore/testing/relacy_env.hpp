#pragma once

#include <atomic>
#include <cstdint>

#include "env/native_env.hpp"

// Relacy gives names of the language and of libc a meaning of its own; whoever includes this does so last, and has them back here.
#include <relacy/relacy.hpp>
#undef calloc
#undef delete
#undef errno
#undef free
#undef malloc
#undef memory_order_acq_rel
#undef memory_order_acquire
#undef memory_order_consume
#undef memory_order_relaxed
#undef memory_order_release
#undef memory_order_seq_cst
#undef new
#undef realloc

namespace shmlab::explore::testing {

inline rl::memory_order relacy_order(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed: return rl::mo_relaxed;
    case std::memory_order_consume: return rl::mo_consume;
    case std::memory_order_acquire: return rl::mo_acquire;
    case std::memory_order_release: return rl::mo_release;
    case std::memory_order_acq_rel: return rl::mo_acq_rel;
    case std::memory_order_seq_cst: return rl::mo_seq_cst;
  }
  return rl::mo_seq_cst;
}

/// An Env in which Relacy Race Detector (D. Vyukov; Debian's relacy-dev), which knows nothing of us, plays the memory: threads of its own, one step at a
/// time, with stale reads and a check for races. It has no futex; a wait that returns at once is one that woke without a reason, which futex(2)
/// allows, so it judges what is read and not whether a wake is lost.
struct RelacyEnv {
  static constexpr std::uint32_t spin_limit = 0;

  template <class T>
  class Atomic {
   public:
    Atomic() : Atomic(T{}) {}
    explicit Atomic(T initial) { value_.store(initial, rl::mo_relaxed, RL_INFO); }
    Atomic(const Atomic&) = delete;
    Atomic& operator=(const Atomic&) = delete;

    [[nodiscard]] T load(std::memory_order order) const { return value_.load(relacy_order(order), RL_INFO); }
    void store(T desired, std::memory_order order) { value_.store(desired, relacy_order(order), RL_INFO); }
    T exchange(T desired, std::memory_order order) { return value_(RL_INFO).exchange(desired, relacy_order(order)); }
    bool compare_exchange_strong(T& expected, T desired, std::memory_order success, std::memory_order failure) {
      return value_(RL_INFO).compare_exchange_strong(expected, desired, relacy_order(success), relacy_order(failure));
    }
    bool compare_exchange_weak(T& expected, T desired, std::memory_order success, std::memory_order failure) {
      return value_(RL_INFO).compare_exchange_weak(expected, desired, relacy_order(success), relacy_order(failure));
    }
    T fetch_add(T operand, std::memory_order order) { return value_(RL_INFO).fetch_add(operand, relacy_order(order)); }
    T fetch_sub(T operand, std::memory_order order) { return value_(RL_INFO).fetch_sub(operand, relacy_order(order)); }

   private:
    mutable rl::atomic<T> value_;
  };

  template <class T>
  class Plain {
   public:
    [[nodiscard]] T get() const { return value_(RL_INFO).load(); }
    void set(T value) { value_(RL_INFO).store(value); }

   private:
    mutable rl::var<T> value_;
  };

  static void fence(std::memory_order order) { rl::atomic_thread_fence(relacy_order(order), RL_INFO); }
  static void pause() { rl::yield(1, RL_INFO); }
  static void yield() { rl::yield(1, RL_INFO); }

  using Deadline = env::Deadline;
  using FutexScope = shm::FutexScope;
  static void futex_wait(const Atomic<std::uint32_t>& /*word*/, std::uint32_t /*expected*/,
                         FutexScope /*scope*/ = FutexScope::shared) {
    yield();
  }
  static void futex_wake(Atomic<std::uint32_t>& /*word*/, std::uint32_t /*count*/, FutexScope /*scope*/ = FutexScope::shared) {}
};

}  // namespace shmlab::explore::testing
