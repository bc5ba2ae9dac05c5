#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/model.hpp"
#include "strategies/robust_futex_mutex.hpp"

/// The robust futex mutex, each time with one line wrong. Without a death all of them hold, and each declares what the sound one does.
namespace shmlab::strategies::broken_robust_futex_mutex {

constexpr Descriptor described(const char* name, const char* summary, const char* source) {
  return {.name = name,
          .summary = summary,
          .source = source,
          .waiting = Waiting::parks,
          .contract = {.holder = OnDeath::recovers, .waiter = OnDeath::unaffected},
          .caught_by = "explorer"};
}

/// An Env whose robust list stays empty, though words may be pending.
template <class Env>
struct NoList : Env {
  static void robust_add(typename Env::RobustWord& /*word*/) {}
  static void robust_remove(typename Env::RobustWord& /*word*/) {}
};

/// Broken on purpose: the word is not put on the robust list. Nobody unlocks for a holder who dies inside.
template <class Env>
class BrokenRobustFutexMutexNoList : public robust_futex_mutex::RobustFutexMutex<NoList<Env>> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_robust_futex_mutex_no_list", "robust mutex that is on no robust list: the dead hold it for ever",
                "control: set_robust_list(2)");
  using robust_futex_mutex::RobustFutexMutex<NoList<Env>>::RobustFutexMutex;
};

/// An Env whose robust list has no pending word.
template <class Env>
struct NoPending : Env {
  static void robust_pending(typename Env::RobustWord* /*word*/) {}
};

/// Broken on purpose: the word is never pending. Who dies after taking it and before linking it holds it for ever; who dies after giving it
/// and before the wake leaves a sleeper beside a free mutex.
template <class Env>
class BrokenRobustFutexMutexNoPending : public robust_futex_mutex::RobustFutexMutex<NoPending<Env>> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_robust_futex_mutex_no_pending", "robust mutex that does not say what it is about to take or give",
                "control: Linux, Documentation/locking/robust-futex-ABI.rst, list_op_pending");
  using robust_futex_mutex::RobustFutexMutex<NoPending<Env>>::RobustFutexMutex;
};

/// Broken on purpose: lock() does not pass on that the last holder died. The next one takes a record that is half written for whole.
template <class Env>
class BrokenRobustFutexMutexNoRepair : public robust_futex_mutex::RobustFutexMutex<Env> {
 public:
  static constexpr Descriptor descriptor = described(
      "broken_robust_futex_mutex_no_repair", "robust mutex that tells nobody of a death: half-written data pass for whole",
      "control: pthread_mutex_lock(3p), EOWNERDEAD");
  using robust_futex_mutex::RobustFutexMutex<Env>::RobustFutexMutex;

  Acquired lock() {
    robust_futex_mutex::RobustFutexMutex<Env>::lock();
    return Acquired::clean;
  }
};

/// An Env in which nothing is pending any more when somebody is woken.
template <class Env>
struct DoneBeforeTheWake : Env {
  static void futex_wake(typename Env::template Atomic<std::uint32_t>& word, std::uint32_t count) {
    Env::robust_pending(nullptr);
    Env::futex_wake(word, count);
  }
};

/// Broken on purpose: unlock() says that it is done before it has woken a sleeper. Who dies between the two leaves the sleeper beside a free
/// mutex.
template <class Env>
class BrokenRobustFutexMutexEarlyDone : public robust_futex_mutex::RobustFutexMutex<DoneBeforeTheWake<Env>> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_robust_futex_mutex_early_done", "robust mutex whose word is pending no more before the wake",
                "control: Linux, Documentation/locking/robust-futex-ABI.rst, list_op_pending");
  using robust_futex_mutex::RobustFutexMutex<DoneBeforeTheWake<Env>>::RobustFutexMutex;
};

/// Broken on purpose: who takes the mutex from the dead drops the bit that says that somebody may sleep, and unlock() asks nothing but that
/// bit. The kernel has woken one of the sleepers; the others sleep for ever.
template <class Env>
class BrokenRobustFutexMutexForgetfulHeir : public robust_futex_mutex::RobustFutexMutex<Env> {
  using Sound = robust_futex_mutex::RobustFutexMutex<Env>;

 public:
  static constexpr Descriptor descriptor =
      described("broken_robust_futex_mutex_forgetful_heir", "robust mutex that forgets, after a death, that others sleep too",
                "control: Linux, Documentation/locking/robust-futex-ABI.rst, FUTEX_WAITERS");

  BrokenRobustFutexMutexForgetfulHeir(void* memory, const Config& config, Participant self)
      : Sound(memory, config, self), lock_(std::launder(static_cast<typename Sound::Shared*>(memory))->lock) {}

  Acquired lock() {
    const Acquired acquired = Sound::lock();
    // relaxed: carries no data; it is wrong that it is done at all.
    if (acquired == Acquired::owner_died) { lock_.word.fetch_and(~env::futex_waiters, std::memory_order_relaxed); }
    return acquired;
  }
  void unlock() {
    Env::robust_pending(&lock_);
    Env::robust_remove(lock_);
    // release: pairs with the acquire in lock().
    if ((lock_.word.exchange(0, std::memory_order_release) & env::futex_waiters) != 0) { Env::futex_wake(lock_.word, 1); }
    Env::robust_pending(nullptr);
  }

 private:
  typename Env::RobustWord& lock_;
};

using Plugins = Variants<BrokenRobustFutexMutexNoList, BrokenRobustFutexMutexNoPending, BrokenRobustFutexMutexNoRepair,
                         BrokenRobustFutexMutexEarlyDone, BrokenRobustFutexMutexForgetfulHeir>;

}  // namespace shmlab::strategies::broken_robust_futex_mutex
