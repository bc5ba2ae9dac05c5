#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <source_location>
#include <system_error>

#include "contract/acquired.hpp"
#include "env/deadline.hpp"
#include "env/native_pthread_mutex.hpp"

namespace shmlab::env {

/// What pthread_mutex_lock(3p) promises of a mutex of the default kind, in terms of an Env's atomics and futexes, for exploration: its users are
/// checked, not the implementation of libc. Locking and unlocking synchronise memory (POSIX.1-2017, 4.12). Nobody dies here, so a robust
/// mutex is like any other. What is undefined, and unlocking what another holds, is an error; locking again what one holds is a deadlock.
template <class Env>
class MutexModel {
 public:
  using Where = std::source_location;

  /// Once, by the creator.
  void create(Robustness /*robustness*/) { holder_.store(nobody, std::memory_order_relaxed); }

  Acquired lock(Where where = Where::current()) {
    lock_at_most(std::nullopt, where);
    return Acquired::clean;
  }
  /// Nothing when another holds it.
  std::optional<Acquired> try_lock(Where where = Where::current()) {
    std::uint32_t seen = nobody;
    return take(seen, 0, where) ? std::optional(Acquired::clean) : std::nullopt;
  }
  /// nullopt: it could not be had until then.
  std::optional<Acquired> lock_until(Deadline deadline, Where where = Where::current()) {
    return lock_at_most(deadline, where) ? std::optional(Acquired::clean) : std::nullopt;
  }
  /// Throws std::system_error: nobody has died.
  void make_consistent() { throw std::system_error(EINVAL, std::generic_category(), "pthread_mutex_consistent"); }
  /// Throws std::system_error when the caller does not hold it.
  void unlock(Where where = Where::current()) {
    // release: pairs with the acquire in take()
    const std::uint32_t before = holder_.exchange(nobody, std::memory_order_release, where);
    if ((before & ~sleepers) != Env::thread_id()) {
      throw std::system_error(EPERM, std::generic_category(), "pthread_mutex_unlock");
    }
    if ((before & sleepers) != 0) { Env::futex_wake(holder_, 1, Env::FutexScope::shared, where); }
  }

 private:
  static constexpr std::uint32_t nobody = 0;
  static constexpr std::uint32_t sleepers = 1U << 31U;  ///< somebody may be asleep

  /// Takes it when nobody holds it; else `seen` says who.
  bool take(std::uint32_t& seen, std::uint32_t others, const Where& where) {
    seen = nobody;
    // acquire: pairs with the release in unlock(); relaxed on failure: what was seen only says how to wait
    return holder_.compare_exchange_strong(seen, Env::thread_id() | others, std::memory_order_acquire, std::memory_order_relaxed,
                                           where);
  }

  /// Who has slept takes it as one behind whom others may sleep.
  bool lock_at_most(std::optional<Deadline> deadline, const Where& where) {
    std::uint32_t seen = nobody;
    for (std::uint32_t others = 0; !take(seen, others, where); others = sleepers) {
      const bool is_marked = (seen & sleepers) != 0;
      // relaxed: says that somebody is about to sleep, and no more
      if (!is_marked &&
          !holder_.compare_exchange_strong(seen, seen | sleepers, std::memory_order_relaxed, std::memory_order_relaxed, where)) {
        continue;
      }
      const std::uint32_t marked = seen | sleepers;
      if (!deadline) {
        Env::futex_wait(holder_, marked, Env::FutexScope::shared, where);
      } else if (!Env::futex_wait_until(holder_, marked, *deadline, Env::FutexScope::shared, where)) {
        return take(seen, sleepers, where);
      }
    }
    return true;
  }

  typename Env::template Atomic<std::uint32_t> holder_;
};

}  // namespace shmlab::env
