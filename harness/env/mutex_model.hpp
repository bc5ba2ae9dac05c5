#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <source_location>
#include <system_error>

#include "contract/acquired.hpp"
#include "env/deadline.hpp"
#include "env/model.hpp"
#include "env/native_pthread_mutex.hpp"

namespace shmlab::env {

/// What pthread_mutex_lock(3p) promises of a mutex of the default kind, in terms of an Env's atomics and futexes, for exploration: its users are
/// checked, not the implementation of libc. Locking and unlocking synchronise memory (POSIX.1-2017, 4.12). A robust one is on the holder's robust
/// list (pthread_mutexattr_setrobust(3p)). What is undefined is an error: unlocking what another holds; locking again what one holds is a
/// deadlock. One that inherits priorities is as any other: there are no priorities here, and a newcomer may come in before a waiter to whom the
/// kernel would have handed it over, so that more is shown than can happen. (That glibc aborts a waiter when the holder of such a one dies and it
/// is not robust is left out: the waiter waits.)
template <class Env>
class MutexModel {
 public:
  using Where = std::source_location;

  /// Once, by the creator.
  void create(Robustness robustness, Inheritance /*inheritance*/ = Inheritance::none) {
    word_.store(nobody, std::memory_order_relaxed);
    robust_ = robustness == Robustness::robust;
    inconsistent_ = false;
  }

  /// (Without a deadline there is always something.)
  Acquired lock(Where where = Where::current()) { return lock_at_most(std::nullopt, where).value_or(Acquired::clean); }
  /// nullopt: it could not be had until then.
  std::optional<Acquired> lock_until(Deadline deadline, Where where = Where::current()) { return lock_at_most(deadline, where); }
  /// Throws std::system_error unless the caller got it as owner_died.
  void make_consistent() {
    if (!inconsistent_) { throw std::system_error(EINVAL, std::generic_category(), "pthread_mutex_consistent"); }
    inconsistent_ = false;
  }
  /// Throws std::system_error when the caller does not hold it.
  void unlock(Where where = Where::current()) {
    const OutsideSource call;
    about_to_change(where);
    if (robust_) { model->robust_remove(as_word(), where); }
    const std::uint32_t after = inconsistent_ ? not_recoverable : nobody;
    // release: pairs with the acquire in take()
    const std::uint32_t before = word_.exchange(after, std::memory_order_release, where);
    if ((before & futex_tid_mask) != Env::thread_id()) {
      throw std::system_error(EPERM, std::generic_category(), "pthread_mutex_unlock");
    }
    if ((before & futex_waiters) != 0) {
      Env::futex_wake(word_, after == nobody ? 1 : everybody, Env::FutexScope::shared, where);
    }
    changed(where);
  }

 private:
  static constexpr std::uint32_t nobody = 0;
  static constexpr std::uint32_t not_recoverable = futex_tid_mask;  ///< a holder that there never is
  static constexpr std::uint32_t everybody = 0x7fff'ffff;

  [[nodiscard]] AtomicWord as_word() { return {&word_, sizeof word_}; }
  void about_to_change(const Where& where) {
    if (robust_) { model->robust_pending(as_word(), where); }
  }
  void changed(const Where& where) {
    if (robust_) { model->robust_pending(std::nullopt, where); }
  }

  /// Takes it if it is as `seen` says, which nobody holds; else `seen` says how it is.
  bool take(std::uint32_t& seen, std::uint32_t others, const Where& where) {
    const std::uint32_t mine = Env::thread_id() | (seen & futex_waiters) | others;
    // acquire: pairs with the release in unlock(); relaxed on failure: what was seen only says how to wait
    return word_.compare_exchange_strong(seen, mine, std::memory_order_acquire, std::memory_order_relaxed, where);
  }
  /// Says that somebody is about to sleep.
  bool mark(std::uint32_t& seen, const Where& where) {
    if ((seen & futex_waiters) != 0) { return true; }
    // relaxed: no more than that is said
    if (!word_.compare_exchange_strong(seen, seen | futex_waiters, std::memory_order_relaxed, std::memory_order_relaxed, where)) {
      return false;
    }
    seen |= futex_waiters;
    return true;
  }

  std::optional<Acquired> lock_at_most(std::optional<Deadline> deadline, const Where& where) {
    const OutsideSource call;
    about_to_change(where);
    const std::optional<Acquired> acquired = wait_for_it(deadline, where);
    if (robust_ && acquired && acquired != Acquired::not_recoverable) { model->robust_add(as_word(), where); }
    changed(where);
    return acquired;
  }

  std::optional<Acquired> wait_for_it(std::optional<Deadline> deadline, const Where& where) {
    std::uint32_t seen = nobody;
    std::uint32_t others = 0;  // who has slept takes it as one behind whom others may sleep
    for (bool in_time = true;;) {
      if (seen == not_recoverable) { return Acquired::not_recoverable; }
      if ((seen & futex_tid_mask) == 0) {
        const bool died = (seen & futex_owner_died) != 0;
        if (!take(seen, others, where)) { continue; }
        inconsistent_ = inconsistent_ || died;
        return died ? Acquired::owner_died : Acquired::clean;
      }
      if (!in_time) { return std::nullopt; }
      if (!mark(seen, where)) { continue; }
      if (deadline) {
        in_time = Env::futex_wait_until(word_, seen, *deadline, Env::FutexScope::shared, where);
      } else {
        Env::futex_wait(word_, seen, Env::FutexScope::shared, where);
      }
      others = futex_waiters;
      seen = nobody;
    }
  }

  typename Env::template Atomic<std::uint32_t> word_;
  bool robust_ = false;
  bool inconsistent_ = false;  ///< its holder died, and nobody has repaired the data since; read and written by who holds it
};

}  // namespace shmlab::env
