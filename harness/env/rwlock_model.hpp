#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <source_location>
#include <system_error>

#include "env/deadline.hpp"
#include "env/model.hpp"
#include "env/native_pthread_rwlock.hpp"

namespace shmlab::env {

/// What pthread_rwlock_rdlock(3p) and pthread_rwlock_wrlock(3p) promise, in terms of an Env's atomics and futexes, for exploration: its users
/// are checked, not the implementation of libc. Locking and unlocking synchronise memory (POSIX.1-2017, 4.12). One word holds the readers that
/// are inside, the writers that wait where these are preferred, and whether a writer is inside. Nobody gives back what the dead held, and a
/// writer that dies while it waits is waited for ever after, as in glibc. To unlock what nobody holds, undefined in POSIX, is an error.
template <class Env>
class RwlockModel {
 public:
  using Where = std::source_location;

  /// Once, by the creator.
  void create(Preference preference) {
    word_.store(nobody, std::memory_order_relaxed);
    prefers_writers_ = preference == Preference::writers;
  }

  void lock(Where where = Where::current()) { lock_at_most(std::nullopt, where); }
  /// false: it could not be had until then.
  bool lock_until(Deadline deadline, Where where = Where::current()) { return lock_at_most(deadline, where); }

  void lock_shared(Where where = Where::current()) {
    const OutsideSource call;
    for (std::uint32_t seen = look(where);;) {
      if ((seen & (writer | waiting_writers)) == 0) {
        if (change(seen, seen + one_reader, where)) { return; }
      } else {
        sleep(seen, std::nullopt, where);
      }
    }
  }

  /// Throws std::system_error when nobody is inside.
  void unlock(Where where = Where::current()) {
    const OutsideSource call;
    for (std::uint32_t seen = look(where);;) {
      if ((seen & (writer | readers)) == 0) { throw std::system_error(EPERM, std::generic_category(), "pthread_rwlock_unlock"); }
      const std::uint32_t left = (seen & writer) != 0 ? seen & ~writer : seen - one_reader;
      const bool is_last = (left & readers) == 0;
      if (!change(seen, is_last ? left & ~sleepers : left, where)) { continue; }
      if (is_last && (left & sleepers) != 0) { Env::futex_wake(word_, everybody, Env::FutexScope::shared, where); }
      return;
    }
  }

 private:
  static constexpr std::uint32_t nobody = 0;
  static constexpr std::uint32_t one_reader = 1;
  static constexpr std::uint32_t readers = 0xfff;
  static constexpr std::uint32_t one_waiting_writer = 0x1000;
  static constexpr std::uint32_t waiting_writers = 0xff'f000;
  static constexpr std::uint32_t writer = 0x4000'0000;
  static constexpr std::uint32_t sleepers = 0x8000'0000;
  static constexpr std::uint32_t everybody = 0x7fff'ffff;

  bool lock_at_most(std::optional<Deadline> deadline, const Where& where) {
    const OutsideSource call;
    std::uint32_t waits = 0;  // what says that the caller does
    bool in_time = true;
    for (std::uint32_t seen = look(where);;) {
      if ((seen & (writer | readers)) == 0) {
        if (change(seen, (seen | writer) - waits, where)) { return true; }
      } else if (!in_time) {
        // Who gives up lets the readers in that wait for its sake.
        if (waits == 0) { return false; }
        if (!change(seen, (seen - waits) & ~sleepers, where)) { continue; }
        if ((seen & sleepers) != 0) { Env::futex_wake(word_, everybody, Env::FutexScope::shared, where); }
        return false;
      } else if (prefers_writers_ && waits == 0) {
        if (change(seen, seen + one_waiting_writer, where)) {
          waits = one_waiting_writer;
          seen += one_waiting_writer;
        }
      } else {
        in_time = sleep(seen, deadline, where);
      }
    }
  }

  /// relaxed: only says what to try
  std::uint32_t look(const Where& where) const { return word_.load(std::memory_order_relaxed, where); }
  /// acquire and release: each change pairs with those before it, which is as much as a lock or an unlock promises. relaxed on failure, which puts
  /// into `seen` what is there: only says what to try
  bool change(std::uint32_t& seen, std::uint32_t to, const Where& where) {
    return word_.compare_exchange_strong(seen, to, std::memory_order_acq_rel, std::memory_order_relaxed, where);
  }
  /// Sleeps while it is as `seen` says, and looks again. false: the deadline has passed.
  bool sleep(std::uint32_t& seen, std::optional<Deadline> deadline, const Where& where) {
    bool in_time = true;
    if ((seen & sleepers) == 0 && !change(seen, seen | sleepers, where)) { return in_time; }
    const std::uint32_t asleep = seen | sleepers;
    if (deadline) {
      in_time = Env::futex_wait_until(word_, asleep, *deadline, Env::FutexScope::shared, where);
    } else {
      Env::futex_wait(word_, asleep, Env::FutexScope::shared, where);
    }
    seen = look(where);
    return in_time;
  }

  typename Env::template Atomic<std::uint32_t> word_;
  bool prefers_writers_ = false;
};

}  // namespace shmlab::env
