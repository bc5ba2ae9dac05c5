#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"

/// Locks that hand over in order, each with one thing wrong.
namespace shmlab::strategies::broken_queue_lock {

/// Broken on purpose: a ticket is taken by a load and a store. Two may have the same number, and come in together.
template <class Env>
class BrokenQueueLockSameTicket {
 public:
  static constexpr Descriptor descriptor{.name = "broken_queue_lock_same_ticket",
                                         .summary = "ticket lock that takes its number in two steps: two may have the same",
                                         .source = "control: fetch_and_increment, Mellor-Crummey and Scott, 1991",
                                         .waiting = Waiting::spins,
                                         .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks},
                                         .caught_by = "schedules"};

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }
  BrokenQueueLockSameTicket(void* memory, const Config& /*config*/, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))) {}

  Acquired lock() {
    // relaxed: what is wrong is that these are two steps.
    const std::uint32_t mine = shared_.next.load(std::memory_order_relaxed);
    shared_.next.store(mine + 1, std::memory_order_relaxed);
    // acquire: pairs with the release in unlock(). Whoever has been passed by comes in too, so that nobody waits for ever.
    for (Patience<Env> patience; mine - shared_.serving.load(std::memory_order_acquire) - 1 < half;) { patience.poll(); }
    return Acquired::clean;
  }
  void unlock() {
    // release: pairs with the acquire in lock().
    shared_.serving.fetch_add(1, std::memory_order_release);
  }

 private:
  static constexpr std::uint32_t half = 0x7fff'ffff;
  using Word = typename Env::template Atomic<std::uint32_t>;
  struct Shared {
    Word next{0};
    Word serving{0};
  };
  Shared& shared_;
};

/// Broken on purpose: who leaves and sees nobody behind it empties the queue with a store. Who has joined in that moment waits for ever.
template <class Env>
class BrokenQueueLockForgets {
 public:
  static constexpr Descriptor descriptor{.name = "broken_queue_lock_forgets",
                                         .summary = "queue lock that empties its queue without looking who has joined",
                                         .source = "control: compare_and_store, Mellor-Crummey and Scott, 1991",
                                         .waiting = Waiting::spins,
                                         .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks},
                                         .caught_by = "explorer"};

  static Footprint footprint(const Config& config) {
    return {sizeof(Shared) + config.participants * sizeof(Node), alignof(Shared)};
  }
  static void create(void* memory, const Config& config) {
    auto* shared = new (memory) Shared{};
    std::uninitialized_value_construct_n(reinterpret_cast<Node*>(shared + 1), config.participants);
  }
  BrokenQueueLockForgets(void* memory, const Config& /*config*/, Participant self)
      : shared_(*std::launder(static_cast<Shared*>(memory))),
        nodes_(std::launder(reinterpret_cast<Node*>(static_cast<std::byte*>(memory) + sizeof(Shared)))),
        me_(self.index + 1) {}

  Acquired lock() {
    Node& mine = nodes_[me_ - 1];
    // relaxed, both: the exchange makes them visible.
    mine.next.store(nobody, std::memory_order_relaxed);
    mine.waits.store(1, std::memory_order_relaxed);
    // acq_rel: pairs with itself, and with the release in unlock().
    const std::uint32_t before = shared_.last.exchange(me_, std::memory_order_acq_rel);
    if (before == nobody) { return Acquired::clean; }
    // release: pairs with the acquire in unlock(). acquire: pairs with the release there.
    nodes_[before - 1].next.store(me_, std::memory_order_release);
    for (Patience<Env> patience; mine.waits.load(std::memory_order_acquire) != 0;) { patience.poll(); }
    return Acquired::clean;
  }
  void unlock() {
    // acquire: pairs with the release of the link in lock().
    const std::uint32_t next = nodes_[me_ - 1].next.load(std::memory_order_acquire);
    if (next == nobody) {
      // release: pairs with the exchange in lock(). What is missing is the question whether the queue has changed.
      shared_.last.store(nobody, std::memory_order_release);
      return;
    }
    // release: pairs with the acquire in lock().
    nodes_[next - 1].waits.store(0, std::memory_order_release);
  }

 private:
  using Word = typename Env::template Atomic<std::uint32_t>;
  static constexpr std::uint32_t nobody = 0;
  struct alignas(line_pair_bytes) Node {
    Word next{nobody};
    Word waits{0};
  };
  struct alignas(line_pair_bytes) Shared {
    Word last{nobody};
  };

  Shared& shared_;
  Node* nodes_;
  std::uint32_t me_;
};

using Plugins = Variants<BrokenQueueLockSameTicket, BrokenQueueLockForgets>;

}  // namespace shmlab::strategies::broken_queue_lock
