#pragma once

#include <atomic>
#include <cstdint>
#include <source_location>

#include "contract/acquired.hpp"
#include "env/deadline.hpp"
#include "env/model.hpp"
#include "env/mutex_model.hpp"
#include "env/native_condition_variable.hpp"

namespace shmlab::env {

/// What pthread_cond_wait(3p) promises of a condition variable, in terms of an Env's atomics and futexes, for exploration: its users are
/// checked, not the implementation of libc. A count of signals: who waits sleeps while it is as it was when it held the mutex, so that giving
/// the mutex and sleeping are one to everybody who takes it afterwards. A signal between the two wakes this waiter beside another, as one
/// without a reason may (POSIX, "Spurious wakeup"). It synchronises nothing: the mutex does.
///
/// Left out: a glibc signal that waits for ever for a waiter who was killed after an earlier signal.
template <class Env>
class ConditionModel {
 public:
  using Where = std::source_location;
  using Mutex = MutexModel<Env>;

  /// Once, by the creator.
  void create() { signals_.store(0, std::memory_order_relaxed); }

  Acquired wait(Mutex& mutex, Where where = Where::current()) {
    const OutsideSource call;
    const std::uint32_t before = seen(where);
    mutex.unlock(where);
    Env::futex_wait(signals_, before, Env::FutexScope::shared, where);
    return mutex.lock(where);
  }
  Waited wait_until(Mutex& mutex, Deadline deadline, Where where = Where::current()) {
    const OutsideSource call;
    const std::uint32_t before = seen(where);
    mutex.unlock(where);
    const bool in_time = Env::futex_wait_until(signals_, before, deadline, Env::FutexScope::shared, where);
    return {mutex.lock(where), in_time};
  }
  void signal(Where where = Where::current()) { wake(1, where); }
  void broadcast(Where where = Where::current()) { wake(everybody, where); }

 private:
  static constexpr std::uint32_t everybody = 0x7fff'ffff;

  /// relaxed: signals by who held the mutex before are seen through it; another one is seen by the sleep, which compares again.
  std::uint32_t seen(const Where& where) const { return signals_.load(std::memory_order_relaxed, where); }
  void wake(std::uint32_t count, const Where& where) {
    const OutsideSource call;
    signals_.fetch_add(1, std::memory_order_relaxed, where);  // relaxed: carries no data
    Env::futex_wake(signals_, count, Env::FutexScope::shared, where);
  }

  typename Env::template Atomic<std::uint32_t> signals_;
};

}  // namespace shmlab::env
