#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/futex_mutex.hpp"

/// The futex mutex, each time with one line wrong.
namespace shmlab::strategies::broken_futex_mutex {

/// The sound mutex, and its word for a variant that replaces one of its operations.
template <class Env>
class Opened : public futex_mutex::FutexMutex<Env> {
 public:
  using Sound = futex_mutex::FutexMutex<Env>;

  Opened(void* memory, const Config& config, Participant self)
      : Sound(memory, config, self), state_(std::launder(static_cast<typename Sound::Shared*>(memory))->state) {}

 protected:
  static constexpr std::uint32_t one_sleeper = 1;
  typename Env::template Atomic<std::uint32_t>& state_;
};

constexpr Descriptor described(const char* name, const char* summary, const char* source, const char* caught_by) {
  return {.name = name,
          .summary = summary,
          .source = source,
          .waiting = Waiting::parks,
          .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks},
          .caught_by = caught_by};
}

/// Broken on purpose: the compare-exchange in lock() is relaxed where it has to be an acquire. What the last holder wrote need not be
/// visible to the next one, who works on old data.
template <class Env>
class BrokenFutexMutexRelaxedLock : public Opened<Env> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_futex_mutex_relaxed_lock", "futex mutex whose lock() acquires nothing: the section may see old data",
                "control: [intro.races], an acquire that is missing", "tsan");
  using Opened<Env>::Opened;

  Acquired lock() {
    std::uint32_t seen = Opened<Env>::unlocked;
    // relaxed: wrong, acquire on success is right; nothing pairs with the release in unlock().
    if (this->state_.compare_exchange_strong(seen, Opened<Env>::locked, std::memory_order_relaxed, std::memory_order_relaxed)) {
      return Acquired::clean;
    }
    return Opened<Env>::lock();
  }
};

/// Broken on purpose: the exchange in unlock() is relaxed where it has to be a release. The mutex may look free before the last writes
/// of the section are visible.
template <class Env>
class BrokenFutexMutexRelaxedUnlock : public Opened<Env> {
 public:
  static constexpr Descriptor descriptor = described(
      "broken_futex_mutex_relaxed_unlock", "futex mutex whose unlock() releases nothing: the section may leak out of it",
      "control: [intro.races], a release that is missing", "tsan");
  using Opened<Env>::Opened;

  void unlock() {
    // relaxed: wrong, release is right; the acquires in lock() pair with nothing.
    if (this->state_.exchange(Opened<Env>::unlocked, std::memory_order_relaxed) == Opened<Env>::contended) {
      Env::futex_wake(this->state_, this->one_sleeper);
    }
  }
};

/// Broken on purpose: unlock() wakes nobody; it has to wake one sleeper when the state was contended. Who has gone to sleep sleeps
/// beside a free mutex for ever.
template <class Env>
class BrokenFutexMutexNoWake : public Opened<Env> {
 public:
  static constexpr Descriptor descriptor = described("broken_futex_mutex_no_wake", "futex mutex whose unlock() wakes nobody",
                                                     "control: futex(2), FUTEX_WAKE", "hang_watch");
  using Opened<Env>::Opened;

  // release: pairs with the acquires in lock(). What is missing is the wake.
  void unlock() { this->state_.exchange(Opened<Env>::unlocked, std::memory_order_release); }
};

/// Broken on purpose: unlock() wakes when the state was locked, that is when nobody sleeps; it has to when it was contended. Every
/// uncontended unlock pays for a system call, and who sleeps is forgotten.
template <class Env>
class BrokenFutexMutexWrongWake : public Opened<Env> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_futex_mutex_wrong_wake", "futex mutex that wakes only when nobody sleeps",
                "control: the condition of the wake, inverted", "hang_watch");
  using Opened<Env>::Opened;

  void unlock() {
    // release: pairs with the acquires in lock(). `locked` is wrong, `contended` is right.
    if (this->state_.exchange(Opened<Env>::unlocked, std::memory_order_release) == Opened<Env>::locked) {
      Env::futex_wake(this->state_, this->one_sleeper);
    }
  }
};

/// Broken on purpose: unlock() wakes first and frees the mutex then; it has to be the other way round. The woken one finds the state
/// still contended and sleeps again, or a newcomer announces itself between the wake and the store; then the mutex becomes free and
/// nobody wakes either of them.
template <class Env>
class BrokenFutexMutexEarlyWake : public Opened<Env> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_futex_mutex_early_wake", "futex mutex that wakes a sleeper before it is free: the sleeper sleeps again",
                "control: the order of store and wake, inverted", "schedules");
  using Opened<Env>::Opened;

  void unlock() {
    // relaxed: only says whether to wake.
    if (this->state_.load(std::memory_order_relaxed) == Opened<Env>::contended) {
      Env::futex_wake(this->state_, this->one_sleeper);
    }
    // release: pairs with the acquires in lock(); too late by one line.
    this->state_.store(Opened<Env>::unlocked, std::memory_order_release);
  }
};

/// Broken on purpose: who has slept takes the mutex as locked; it has to be contended, since others may sleep as well. With three: one
/// holds, two sleep. The first that is woken takes the mutex as locked, its unlock() wakes nobody, and the other sleeps for ever.
template <class Env>
class BrokenFutexMutexUnannounced : public Opened<Env> {
 public:
  static constexpr Descriptor descriptor = described(
      "broken_futex_mutex_unannounced", "futex mutex that forgets, after one wake, that others sleep too",
      "control: Drepper, Futexes Are Tricky, 2011, section 5: why a woken waiter takes the mutex as contended", "schedules");
  using Opened<Env>::Opened;

  Acquired lock() {
    while (true) {
      std::uint32_t seen = Opened<Env>::unlocked;
      // acquire: pairs with the release in unlock(). `locked` is right at the first attempt, and wrong after a sleep.
      if (this->state_.compare_exchange_strong(seen, Opened<Env>::locked, std::memory_order_acquire, std::memory_order_relaxed)) {
        return Acquired::clean;
      }
      // relaxed: carries no data, the sleep compares the word again.
      if (seen == Opened<Env>::contended ||
          this->state_.compare_exchange_strong(seen, Opened<Env>::contended, std::memory_order_relaxed,
                                               std::memory_order_relaxed)) {
        Env::futex_wait(this->state_, Opened<Env>::contended);
      }
    }
  }
};

/// Broken on purpose: lock() looks and then stores; it has to be one compare-exchange. Two that look at the same time both find the
/// mutex free, and both enter.
template <class Env>
class BrokenFutexMutexSplitLock : public Opened<Env> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_futex_mutex_split_lock", "futex mutex taken by a load and a store: two may take it at once",
                "control: [atomics.types.operations], compare-exchange taken apart", "invariant");
  using Opened<Env>::Opened;

  Acquired lock() {
    // acquire: pairs with the release in unlock().
    if (this->state_.load(std::memory_order_acquire) == Opened<Env>::unlocked) {
      // relaxed: as the compare-exchange it stands for, which releases nothing. Whoever came since the load is not noticed.
      this->state_.store(Opened<Env>::locked, std::memory_order_relaxed);
      return Acquired::clean;
    }
    return Opened<Env>::lock();
  }
};

using Plugins =
    Variants<BrokenFutexMutexRelaxedLock, BrokenFutexMutexRelaxedUnlock, BrokenFutexMutexNoWake, BrokenFutexMutexWrongWake,
             BrokenFutexMutexEarlyWake, BrokenFutexMutexUnannounced, BrokenFutexMutexSplitLock>;

}  // namespace shmlab::strategies::broken_futex_mutex
