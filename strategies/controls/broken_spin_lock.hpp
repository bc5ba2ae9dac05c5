#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"

/// Spin locks whose one atomic step is taken apart.
namespace shmlab::strategies::broken_spin_lock {

/// Broken on purpose: a lock that tests the flag and then sets it; an exchange has to do both. Two that wait see the flag go free
/// together, and both set it and enter.
template <class Env>
class BrokenSpinLockTestThenSet {
 public:
  static constexpr Descriptor descriptor{
      .name = "broken_spin_lock_test_then_set",
      .summary = "one flag, read until it is free and then stored: two may pass the test at once",
      .source =
          "control: Dijkstra, Solution of a Problem in Concurrent Programming Control, "
          "CACM 8(9), 1965: why test and set are one step",
      .waiting = Waiting::spins,
      .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::unaffected},
      .caught_by = "invariant"};

  enum State : std::uint32_t { free, held };
  struct Shared {
    typename Env::template Atomic<std::uint32_t> flag{free};
  };

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }
  BrokenSpinLockTestThenSet(void* memory, const Config& /*config*/, Participant /*self*/)
      : flag_(std::launder(static_cast<Shared*>(memory))->flag) {}

  Acquired lock() {
    // acquire: pairs with the release in unlock().
    for (Patience<Env> patience; flag_.load(std::memory_order_acquire) == held;) { patience.poll(); }
    // relaxed: as the exchange it stands for, which releases nothing. Whoever came since the load is not noticed.
    flag_.store(held, std::memory_order_relaxed);
    return Acquired::clean;
  }
  // release: pairs with the acquire in lock().
  void unlock() { flag_.store(free, std::memory_order_release); }

 private:
  typename Env::template Atomic<std::uint32_t>& flag_;
};

/// Broken on purpose: a ticket lock that draws its ticket by a load and a store; it has to be a fetch-add. Two that draw at the same
/// time get the same number, and are called together. Or the slower store turns the numbers back, and who has drawn one that was called
/// already polls for ever; between free-running processes that comes first as a rule, and polling for ever proves nothing.
template <class Env>
class BrokenSpinLockSplitTicket {
 public:
  static constexpr Descriptor descriptor{.name = "broken_spin_lock_split_ticket",
                                         .summary = "ticket lock with a plain increment: two may draw the same ticket",
                                         .source =
                                             "control: Mellor-Crummey, Scott, Algorithms for Scalable Synchronization on "
                                             "Shared-Memory Multiprocessors, ACM TOCS 9(1), 1991: fetch-and-increment",
                                         .waiting = Waiting::spins,
                                         .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks},
                                         .caught_by = "schedules"};

  struct Shared {
    typename Env::template Atomic<std::uint32_t> next{0};
    typename Env::template Atomic<std::uint32_t> serving{0};
  };

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }
  BrokenSpinLockSplitTicket(void* memory, const Config& /*config*/, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))) {}

  Acquired lock() {
    // relaxed, both: a number carries no data; the increment of somebody in between is overwritten.
    ticket_ = shared_.next.load(std::memory_order_relaxed);
    shared_.next.store(ticket_ + 1, std::memory_order_relaxed);
    // acquire: pairs with the release in unlock().
    for (Patience<Env> patience; shared_.serving.load(std::memory_order_acquire) != ticket_;) { patience.poll(); }
    return Acquired::clean;
  }
  // release: pairs with the acquire in lock().
  void unlock() { shared_.serving.store(ticket_ + 1, std::memory_order_release); }

 private:
  Shared& shared_;
  std::uint32_t ticket_ = 0;
};

using Plugins = Variants<BrokenSpinLockTestThenSet, BrokenSpinLockSplitTicket>;

}  // namespace shmlab::strategies::broken_spin_lock
