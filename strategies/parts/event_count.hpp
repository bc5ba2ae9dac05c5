#pragma once

#include <atomic>
#include <cstdint>

#include "contract/patience.hpp"
#include "strategies/parts/common_cpu.hpp"

/// Waiting until something can be done that a channel's other calls make possible: by polling, or asleep.
namespace shmlab::strategies {

/// Waits by polling: nobody has to be told of anything.
template <class Env>
class PolledEvent {
 public:
  void attach() {}
  void signal() {}
  /// Returns when attempt() has succeeded.
  template <class Attempt>
  void await(Attempt attempt) {
    for (Patience<Env> patience; !attempt(); patience.poll()) {}
  }
};

/// An event count: who waits for long says so, takes the count, tries once more and sleeps until the count has moved; who has made something
/// possible moves it, and wakes one, if somebody said so. Otherwise that costs a fence and a load.
///
/// No wake is lost. Between the two fences' places in the single order one comes first: if the waiter's, signal() sees that somebody waits; if
/// the signaller's, the waiter's attempt sees what was done before it. A waiter that took the count after it was moved sees that too, since
/// the count carries it; one that took it before does not sleep, since the kernel lets nobody sleep on a word that has moved.
/// (2^32 signals between the look at the count and the sleep would be overlooked.)
/// A waiter that dies is counted for ever after: signals then make a needless system call, and nothing else. What one wake allows, one waiter
/// does; who dies between the wake and that leaves the others asleep.
template <class Env>
class EventCount {
 public:
  /// Once by everybody who attaches.
  void attach() { cpu_.attach(); }

  /// Something that others may wait for has been done, by a store that the caller's thread has made.
  void signal() {
    // seq_cst: the store before it, the load of the waiters after it; pairs with the fence in await().
    Env::fence(std::memory_order_seq_cst);
    // relaxed: ordered by the fence.
    if (waiters_.load(std::memory_order_relaxed) == 0) { return; }
    // relaxed: the fence is a release too, and pairs with the acquire in await().
    count_.fetch_add(1, std::memory_order_relaxed);
    Env::futex_wake(count_, one);
  }

  /// Returns when attempt() has succeeded.
  template <class Attempt>
  void await(Attempt attempt) {
    // Uncounted: what succeeds at once costs nobody a wake.
    if (attempt()) { return; }
    if (!cpu_.is_shared()) {
      for (Patience<Env> patience; !patience.exhausted();) {
        patience.poll();
        if (attempt()) { return; }
      }
    }
    // relaxed, twice: the fence orders it; that it is over need not be seen at once.
    waiters_.fetch_add(1, std::memory_order_relaxed);
    // seq_cst: the waiter is counted before the attempt; pairs with the fence in signal().
    Env::fence(std::memory_order_seq_cst);
    while (true) {
      // acquire: pairs with the fence and the fetch_add in signal(): what the count tells of is seen by the attempt.
      const std::uint32_t seen = count_.load(std::memory_order_acquire);
      if (attempt()) { break; }
      Env::futex_wait(count_, seen);
    }
    // audit, the write: a count that stays too high costs needless wakes
    waiters_.fetch_sub(1, std::memory_order_relaxed);
  }

 private:
  static constexpr std::uint32_t one = 1;

  typename Env::template Atomic<std::uint32_t> count_{0};
  typename Env::template Atomic<std::uint32_t> waiters_{0};
  CommonCpu<Env> cpu_;
};

}  // namespace shmlab::strategies
