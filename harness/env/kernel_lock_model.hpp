#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <source_location>

#include "env/deadline.hpp"
#include "env/model.hpp"

namespace shmlab::env {

/// A lock that the kernel keeps, and gives back without a word when its holder dies: a file lock of an open file description (fcntl(2),
/// flock(2)), a System V semaphore with SEM_UNDO (semop(2)). For exploration, on an Env's atomics and futexes and the robust list. A call is
/// whole or has not begun when the caller dies. POSIX does not say that these calls synchronise memory (POSIX.1-2017, 4.12 names neither); in Linux they do, by the
/// spin locks around the kernel's lists (fs/locks.c, ipc/sem.c).
template <class Env>
class KernelLockModel {
 public:
  using Where = std::source_location;

  /// Once, by the creator.
  void create() { word_.store(nobody, std::memory_order_relaxed); }

  void lock(const Where& where) { lock_at_most(std::nullopt, where); }
  /// false: it could not be had until then.
  bool lock_until(Deadline deadline, const Where& where) { return lock_at_most(deadline, where); }
  /// By one who does not hold it: nothing.
  void unlock(const Where& where) {
    const InKernel call(Operation::unlock, this, where);
    // relaxed: who holds it sees itself there
    if ((word_.load(std::memory_order_relaxed, where) & futex_tid_mask) != Env::thread_id()) { return; }
    model->robust_remove(as_word(), where);
    // release: pairs with the acquire in lock_at_most()
    word_.exchange(nobody, std::memory_order_release, where);
    Env::futex_wake(word_, everybody, Env::FutexScope::shared, where);
  }

 private:
  static constexpr std::uint32_t nobody = 0;
  static constexpr std::uint32_t everybody = 0x7fff'ffff;

  [[nodiscard]] AtomicWord as_word() { return {&word_, sizeof word_}; }

  bool lock_at_most(std::optional<Deadline> deadline, const Where& where) {
    const InKernel call(Operation::lock, this, where);
    // Others may always sleep, so that a death wakes one of them.
    const std::uint32_t mine = Env::thread_id() | futex_waiters;
    std::uint32_t seen = nobody;
    for (bool in_time = true;;) {
      if ((seen & futex_tid_mask) == nobody) {
        // acquire: pairs with the release in unlock(), and the kernel's store for the dead. relaxed on failure: only says how to wait
        if (!word_.compare_exchange_strong(seen, mine, std::memory_order_acquire, std::memory_order_relaxed, where)) { continue; }
        model->robust_add(as_word(), where);
        return true;
      }
      if (!in_time) { return false; }
      if (deadline) {
        in_time = Env::futex_wait_until(word_, seen, *deadline, Env::FutexScope::shared, where);
      } else {
        Env::futex_wait(word_, seen, Env::FutexScope::shared, where);
      }
      seen = nobody;
    }
  }

  typename Env::template Atomic<std::uint32_t> word_;
};

}  // namespace shmlab::env
