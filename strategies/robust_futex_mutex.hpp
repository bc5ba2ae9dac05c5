#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <new>
#include <optional>
#include <string>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/deadline.hpp"
#include "env/model.hpp"

namespace shmlab::strategies::robust_futex_mutex {

/// Mutex on one futex word that is on the robust list of its holder's thread, as pthread_mutex_robust, without libc.
///
/// | word                      | means                                                                          |
/// | ------------------------- | ------------------------------------------------------------------------------ |
/// | thread id of the holder   | held; 0: free                                                                  |
/// | futex_waiters             | somebody may sleep: the kernel wakes one when the holder dies                  |
/// | futex_owner_died          | free, and the last holder died: written by the kernel, taken away by lock()    |
///
/// lock() that returns owner_died asks the caller to repair the data, and the unlock() after it says that they are: a holder who dies before
/// leaves the next one owner_died again, since the kernel marks whatever word a dead holder leaves.
///
/// Nobody sleeps for ever beside a free mutex:
/// - The word is pending from before it is taken until it is linked, and from before it is unlinked until the wake is done. Who dies in
///   between has it marked if it holds it; if it is free, the kernel does the wake.
/// - But somebody else may have taken it in that moment, and then the kernel wakes nobody. So whoever unlocks also looks at the count of
///   sleepers, which they enter before they sleep: either it sees them there, or they see its store and do not sleep (all four accesses are
///   sequentially consistent). libc's robust mutex forgets a sleeper in that case.
/// A sleeper who dies stays in the count; from then on every unlock() makes a system call that may be needless. Two deaths can still lose a
/// wake: of a holder who unlocks just when sleepers arrive, before its wake, and of who took the mutex in that moment, holding it.
template <class Env>
class RobustFutexMutex {
 public:
  static constexpr Descriptor descriptor{
      .name = "robust_futex_mutex",
      .summary = "futex word on the holder's robust list: the next holder learns of a death and unlock() recovers",
      .source = "Linux, Documentation/locking/robust-futex-ABI.rst; set_robust_list(2), futex(2)",
      .waiting = Waiting::parks,
      .contract = {.holder = OnDeath::recovers, .waiter = OnDeath::unaffected}};

  struct Shared {
    typename Env::RobustWord lock;
    typename Env::template Atomic<std::uint32_t> sleepers{0};  ///< in lock(), about to sleep, asleep or just woken
  };

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }
  static std::string unavailable() { return Env::no_robust_list(); }

  RobustFutexMutex(void* memory, const Config& /*config*/, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))), me_(Env::thread_id()) {}

  /// Never not_recoverable.
  Acquired lock() { return lock_until(std::nullopt).value_or(Acquired::clean); }
  std::optional<Acquired> lock_for(std::chrono::nanoseconds time) { return lock_until(env::deadline_after(Env::now(), time)); }

  void unlock() {
    Env::robust_pending(&shared_.lock);
    Env::robust_remove(shared_.lock);
    // relaxed: a hint. The bit stays where sleepers are known, so that the kernel wakes one if the next holder dies before they look.
    // audit, another look: only a hint
    const bool is_crowded = shared_.sleepers.load(std::memory_order_relaxed) != 0;
    // seq_cst: a release, which pairs with the acquire in take(); and before the load of the count.
    shared_.lock.word.exchange(is_crowded ? env::futex_waiters : free, std::memory_order_seq_cst);
    // seq_cst: after the exchange; pairs with the entry in wait_for_it().
    if (is_crowded || shared_.sleepers.load(std::memory_order_seq_cst) != 0) { Env::futex_wake(shared_.lock.word, one_sleeper); }
    Env::robust_pending(nullptr);
  }

 private:
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t one_sleeper = 1;

  static bool is_held(std::uint32_t word) { return (word & env::futex_tid_mask) != free; }

  std::optional<Acquired> lock_until(std::optional<env::Deadline> deadline) {
    Env::robust_pending(&shared_.lock);
    std::uint32_t seen = free;
    std::optional<Acquired> acquired = Acquired::clean;
    if (!take(seen, 0)) { acquired = wait_for_it(deadline); }
    if (acquired) { Env::robust_add(shared_.lock); }
    Env::robust_pending(nullptr);
    return acquired;
  }

  /// Takes the mutex, which is free, if it still is as `seen`; else `seen` is how it is.
  bool take(std::uint32_t& seen, std::uint32_t others) {
    const std::uint32_t mine = me_ | (seen & env::futex_waiters) | others;
    // acquire: pairs with the exchange in unlock(), and the kernel's store for the dead. relaxed on failure: says only how to wait.
    return shared_.lock.word.compare_exchange_strong(seen, mine, std::memory_order_acquire, std::memory_order_relaxed);
  }

  std::optional<Acquired> wait_for_it(std::optional<env::Deadline> deadline) {
    // seq_cst: before the looks at the word; pairs with the loads of the count in unlock().
    // audit, seq_cst: Linux's futex_wait is a barrier too; the manual page promises none (--strict-futex shows a lost wake-up)
    shared_.sleepers.fetch_add(1, std::memory_order_seq_cst);
    const std::optional<Acquired> acquired = sleep_and_take(deadline);
    // relaxed: carries no data. Who is asleep is counted for itself.
    // audit, the write: a count that stays too high costs needless wakes
    shared_.sleepers.fetch_sub(1, std::memory_order_relaxed);
    return acquired;
  }

  std::optional<Acquired> sleep_and_take(std::optional<env::Deadline> deadline) {
    for (bool in_time = true;;) {
      // seq_cst: after the entry in the count; pairs with the exchange in unlock().
      // audit, seq_cst: as for the entry in the count
      // audit, another look: on Linux the comparison of the sleep is one (--strict-futex shows a lost wake-up)
      std::uint32_t seen = shared_.lock.word.load(std::memory_order_seq_cst);
      if (!is_held(seen)) {
        const bool has_died = (seen & env::futex_owner_died) != 0;
        // Others may sleep too: taken as by one behind whom they do.
        if (take(seen, env::futex_waiters)) { return has_died ? Acquired::owner_died : Acquired::clean; }
        continue;
      }
      if (!in_time) { return std::nullopt; }
      const std::uint32_t crowded = seen | env::futex_waiters;
      if (seen != crowded &&
          // relaxed: says no more than that somebody is about to sleep.
          // audit, the write: without it the sleep finds another word, and the wait polls by system calls
          !shared_.lock.word.compare_exchange_strong(seen, crowded, std::memory_order_relaxed, std::memory_order_relaxed)) {
        continue;
      }
      if (deadline) {
        // audit, the comparison: whoever sleeps beside a free mutex gives up at the deadline, so nobody is stuck without it
        in_time = Env::futex_wait_until(shared_.lock.word, crowded, *deadline);
      } else {
        Env::futex_wait(shared_.lock.word, crowded);
      }
    }
  }

  Shared& shared_;
  std::uint32_t me_;  ///< thread id: an endpoint belongs to one thread
};

using Plugins = Variants<RobustFutexMutex>;

}  // namespace shmlab::strategies::robust_futex_mutex
