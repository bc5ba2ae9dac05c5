#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <new>
#include <optional>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/deadline.hpp"

namespace shmlab::strategies::futex_mutex {

/// Three-state mutex on one futex word.
///
/// | state     | means                                   | left by                                          |
/// | --------- | --------------------------------------- | ------------------------------------------------ |
/// | unlocked  | nobody holds it                         | lock()                                           |
/// | locked    | held, and nobody sleeps                 | unlock(), without a system call; a second lock() |
/// | contended | held, and there may be sleepers         | unlock(), which wakes one                        |
///
/// Who had to wait takes the mutex as contended, because it cannot know whether others still sleep: one needless wake at the end of
/// a contended phase is the price of never missing one. No wake is lost between the decision to sleep and the sleep: unlock() changes
/// the word before it wakes, and the kernel compares the word with `contended` under the lock that the wake takes.
template <class Env>
class FutexMutex {
 public:
  static constexpr Descriptor descriptor{
      .name = "futex_mutex",
      .summary = "three-state futex mutex: no system call unless somebody sleeps",
      .source = "Drepper, Futexes Are Tricky, 2011, section 6 (mutex3); futex(2)",
      .waiting = Waiting::parks,
      // Nobody unlocks for the dead; a wake that reached a waiter who dies before taking the mutex is gone too.
      .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks}};

  enum State : std::uint32_t { unlocked, locked, contended };
  struct Shared {
    typename Env::template Atomic<std::uint32_t> state{unlocked};
  };

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }

  FutexMutex(void* memory, const Config& /*config*/, Participant /*self*/)
      : state_(std::launder(static_cast<Shared*>(memory))->state) {}

  Acquired lock() {
    std::uint32_t seen = unlocked;
    // acquire: pairs with the release in unlock(). relaxed on failure: what was seen only says how to wait.
    if (!state_.compare_exchange_strong(seen, locked, std::memory_order_acquire, std::memory_order_relaxed)) {
      wait_for_it(seen);
    }
    return Acquired::clean;
  }

  /// Who gives up leaves the mutex contended: at worst one needless wake follows. A wake that it was given is not lost with it, since
  /// it gives up only when a wait has ended without one.
  std::optional<Acquired> lock_for(std::chrono::nanoseconds time) {
    std::uint32_t seen = unlocked;
    // acquire: pairs with the release in unlock(). relaxed on failure: what was seen only says how to wait.
    if (state_.compare_exchange_strong(seen, locked, std::memory_order_acquire, std::memory_order_relaxed)) {
      return Acquired::clean;
    }
    const auto deadline = env::deadline_after(Env::now(), time);
    // acquire, here and below: as in wait_for_it().
    if (seen != contended) { seen = state_.exchange(contended, std::memory_order_acquire); }
    while (seen != unlocked) {
      // audit, the comparison: whoever sleeps beside a free mutex gives up at the deadline, so nobody is stuck without it
      if (!Env::futex_wait_until(state_, contended, deadline)) { return std::nullopt; }
      seen = state_.exchange(contended, std::memory_order_acquire);
    }
    return Acquired::clean;
  }

  void unlock() {
    // release: pairs with the acquires in lock() and wait_for_it().
    if (state_.exchange(unlocked, std::memory_order_release) == contended) { Env::futex_wake(state_, one_sleeper); }
  }

 private:
  static constexpr std::uint32_t one_sleeper = 1;

  void wait_for_it(std::uint32_t seen) {
    // acquire, here and below: the exchange takes the mutex when it replaces `unlocked`; pairs with the release in unlock().
    if (seen != contended) { seen = state_.exchange(contended, std::memory_order_acquire); }
    while (seen != unlocked) {
      Env::futex_wait(state_, contended);
      seen = state_.exchange(contended, std::memory_order_acquire);
    }
  }

  typename Env::template Atomic<std::uint32_t>& state_;
};

using Plugins = Variants<FutexMutex>;

}  // namespace shmlab::strategies::futex_mutex
