#pragma once

#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <type_traits>

#include "env/allowed_cpu.hpp"
#include "env/deadline.hpp"
#include "env/native_condition_variable.hpp"
#include "env/native_eventfd.hpp"
#include "env/native_file_lock.hpp"
#include "env/native_flock.hpp"
#include "env/native_named_semaphore.hpp"
#include "env/native_pipe.hpp"
#include "env/native_pipe_permits.hpp"
#include "env/native_posix_queue.hpp"
#include "env/native_pthread_mutex.hpp"
#include "env/native_pthread_rwlock.hpp"
#include "env/native_robust_list.hpp"
#include "env/native_semaphore.hpp"
#include "env/native_sysv_lock.hpp"
#include "env/native_sysv_queue.hpp"
#include "env/native_unix_socket.hpp"
#include "shm/futex.hpp"

namespace shmlab::env {

/// The policy that strategies are compiled against for real processes and threads: plain std::atomic and system calls, no added cost.
/// Another Env offers the same names and sees every shared access.
struct NativeEnv {
  /// How often a waiting loop may poll before it parks or yields; an Env that explores schedules sets it to 0.
  static constexpr std::uint32_t spin_limit = 2000;

  /// A shared atomic. Every order is spelled out, so that each call can say which one it pairs with.
  template <class T>
  class Atomic {
   public:
    static_assert(std::is_trivially_copyable_v<T> && std::atomic<T>::is_always_lock_free,
                  "between processes an atomic must be lock-free: a lock table would be private to each");

    constexpr Atomic() = default;
    constexpr explicit Atomic(T initial) : value_(initial) {}
    Atomic(const Atomic&) = delete;
    Atomic& operator=(const Atomic&) = delete;

    [[nodiscard]] T load(std::memory_order order) const { return value_.load(order); }
    void store(T desired, std::memory_order order) { value_.store(desired, order); }
    T exchange(T desired, std::memory_order order) { return value_.exchange(desired, order); }
    bool compare_exchange_strong(T& expected, T desired, std::memory_order success, std::memory_order failure) {
      return value_.compare_exchange_strong(expected, desired, success, failure);
    }
    bool compare_exchange_weak(T& expected, T desired, std::memory_order success, std::memory_order failure) {
      return value_.compare_exchange_weak(expected, desired, success, failure);
    }
    T fetch_add(T operand, std::memory_order order) { return value_.fetch_add(operand, order); }
    T fetch_sub(T operand, std::memory_order order) { return value_.fetch_sub(operand, order); }
    T fetch_or(T operand, std::memory_order order) { return value_.fetch_or(operand, order); }
    T fetch_and(T operand, std::memory_order order) { return value_.fetch_and(operand, order); }

   private:
    friend struct NativeEnv;
    std::atomic<T> value_{};
  };

  /// Ordinary shared data: unsynchronised access from two participants is a bug that detectors look for.
  template <class T>
  class Plain {
   public:
    static_assert(std::is_trivially_copyable_v<T>);
    [[nodiscard]] T get() const { return value_; }
    void set(T value) { value_ = value; }

   private:
    T value_{};
  };

  /// Copies ordinary bytes into / out of shared memory; the same rule as for Plain.
  static void copy_in(void* shared, const void* local, std::size_t bytes) { std::memcpy(shared, local, bytes); }
  static void copy_out(void* local, const void* shared, std::size_t bytes) { std::memcpy(local, shared, bytes); }

  /// Asks for the line of that address, to write to it soon: a hint, which reads nothing and orders nothing. Only for lines that nobody still reads:
  /// it takes them away.
  static void prefetch_for_write(const std::byte* shared) {
#if defined(__x86_64__)
    // PREFETCHW by hand: the compiler's own asks for a line to read, unless it is told that the CPU knows this one. All have since Intel's Nehalem (2008).
    asm volatile("prefetchw %0" : : "m"(*shared));
#else
    __builtin_prefetch(shared, 1);
#endif
  }

  /// Asks for the line of that address, to read it soon: a hint, which reads nothing and orders nothing.
  static void prefetch_for_read(const std::byte* shared) { __builtin_prefetch(shared, 0); }

  static void fence(std::memory_order order) { std::atomic_thread_fence(order); }

  /// A polite poll: tells the CPU that this is a waiting loop.
  static void pause() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield" ::: "memory");
#endif
  }
  /// Gives the CPU away (sched_yield(2); it cannot fail on Linux).
  static void yield() { sched_yield(); }

  using Deadline = env::Deadline;
  /// The present moment of CLOCK_MONOTONIC.
  static Deadline now() { return Deadline::clock::now(); }

  using FutexScope = shm::FutexScope;
  /// Sleeps while the word holds `expected`; returns on a wake, a changed value, a signal or spuriously: the caller tests again.
  /// false: it did not sleep, as the word held something else. (A model of memory does not tell.)
  static bool futex_wait(const Atomic<std::uint32_t>& word, std::uint32_t expected, FutexScope scope = FutexScope::shared) {
    return shm::futex_wait(word.value_, expected, std::nullopt, scope) != shm::FutexWake::value_changed;
  }
  /// The same, at most until the deadline; false: it has passed, and nobody woke the caller.
  static bool futex_wait_until(const Atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline,
                               FutexScope scope = FutexScope::shared) {
    return shm::futex_wait_until(word.value_, expected, deadline, scope) != shm::FutexWake::timed_out;
  }
  /// Wakes at most `count` sleepers.
  static void futex_wake(Atomic<std::uint32_t>& word, std::uint32_t count, FutexScope scope = FutexScope::shared) {
    shm::futex_wake(word.value_, count, scope);
  }

  /// Identity of the calling thread, unique on the machine while it lives (gettid(2)).
  static std::uint32_t thread_id() { return static_cast<std::uint32_t>(gettid()); }

  /// The only CPU on which the calling thread may run; none: there are several.
  static std::optional<std::uint32_t> only_cpu() { return only_allowed_cpu(); }

  /// A futex word that can be on the robust list of the thread that holds it. Free: 0 below futex_tid_mask; held: thread_id() of the holder.
  using RobustWord = env::RobustWord<Atomic<std::uint32_t>>;
  /// Why there is no robust list; empty when there is. Without one, the functions that follow throw Unavailable.
  static std::string no_robust_list() { return NativeRobustList::unavailable(); }
  /// The caller is about to take or give this word; nullptr: it is done with that.
  static void robust_pending(RobustWord* word) { NativeRobustList::set_pending(word == nullptr ? nullptr : &word->links); }
  /// The caller has taken the word.
  static void robust_add(RobustWord& word) { NativeRobustList::add(word.links); }
  /// The caller, which added the word, is about to give it.
  static void robust_remove(RobustWord& word) { NativeRobustList::remove(word.links); }

  using ConditionVariable = NativeConditionVariable;
  using Eventfd = NativeEventfd;
  using FileLock = NativeFileLock;
  using Flock = NativeFlock;
  using Semaphore = NativeSemaphore;
  using NamedSemaphore = NativeNamedSemaphore;
  using Pipe = NativePipe;
  using PosixQueue = NativePosixQueue;
  using PipePermits = NativePipePermits;
  using PthreadMutex = NativePthreadMutex;
  using PthreadRwlock = NativePthreadRwlock;
  using SysvLock = NativeSysvLock;
  using SysvQueue = NativeSysvQueue;
  using UnixSeqpacket = NativeUnixSeqpacket;
  using UnixStream = NativeUnixStream;
};

}  // namespace shmlab::env
