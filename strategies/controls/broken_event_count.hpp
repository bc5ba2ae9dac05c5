#pragma once

#include <atomic>
#include <cstdint>

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/mpmc_ring.hpp"

namespace shmlab::strategies::broken_event_count {

/// Takes the count after the attempt, where it has to be taken before: what is signalled between the two moves a count that has not been taken
/// yet, and the waiter sleeps on the new one. (EventCount in strategies/parts/event_count.hpp is right.)
template <class Env>
class LateCount {
 public:
  void attach() {}
  void signal() {
    // seq_cst: pairs with the fence in await().
    Env::fence(std::memory_order_seq_cst);
    // relaxed: ordered by the fence.
    if (waiters_.load(std::memory_order_relaxed) == 0) { return; }
    // release: pairs with the acquire in await().
    count_.fetch_add(1, std::memory_order_release);
    Env::futex_wake(count_, 1);
  }
  template <class Attempt>
  void await(Attempt attempt) {
    if (attempt()) { return; }
    // relaxed, twice: the fence orders it; that it is over need not be seen at once.
    waiters_.fetch_add(1, std::memory_order_relaxed);
    // seq_cst: pairs with the fence in signal().
    Env::fence(std::memory_order_seq_cst);
    while (!attempt()) {
      // acquire: pairs with the release in signal(); wrong, since it comes too late.
      Env::futex_wait(count_, count_.load(std::memory_order_acquire));
    }
    waiters_.fetch_sub(1, std::memory_order_relaxed);
  }

 private:
  typename Env::template Atomic<std::uint32_t> count_{0};
  typename Env::template Atomic<std::uint32_t> waiters_{0};
};

/// Broken on purpose: see LateCount.
template <class Env>
class BrokenEventCount : public mpmc_ring::Ring<Env, LateCount<Env>> {
 public:
  static constexpr Descriptor descriptor{
      .name = "broken_event_count",
      .summary = "queue whose waiters take the event count after their last attempt, and miss what was signalled in between",
      .source = "control: Reed, Kanodia, CACM 22(2), 1979: read the eventcount, then test, then await",
      .waiting = Waiting::parks,
      .contract = {.waiter = OnDeath::blocks, .producer = OnDeath::blocks, .consumer = OnDeath::blocks},
      .caught_by = "schedules"};

  using mpmc_ring::Ring<Env, LateCount<Env>>::Ring;
};

using Plugins = Variants<BrokenEventCount>;

}  // namespace shmlab::strategies::broken_event_count
