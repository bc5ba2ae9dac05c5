#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <new>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::stored_pointer {

/// Broken on purpose: the queue lock as it is for threads, whose queue is linked by addresses; between processes it has to be linked by
/// indices or offsets. Each process has the region at another address, so who queues behind another follows an address that means nothing
/// in its own process, and dies of it.
template <class Env>
class StoredPointer {
 public:
  static constexpr Descriptor descriptor{.name = "stored_pointer",
                                         .summary = "queue lock that links its waiters by address: right for threads only",
                                         .source =
                                             "control: Mellor-Crummey, Scott, Algorithms for Scalable Synchronization on "
                                             "Shared-Memory Multiprocessors, ACM TOCS 9(1), 1991, between processes",
                                         .waiting = Waiting::spins,
                                         .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks},
                                         .caught_by = "supervisor"};

  static Footprint footprint(const Config& config) {
    return {sizeof(Shared) + config.participants * sizeof(Node), alignof(Shared)};
  }
  static void create(void* memory, const Config& config) {
    auto* shared = new (memory) Shared{};
    std::uninitialized_value_construct_n(reinterpret_cast<Node*>(shared + 1), config.participants);
  }
  StoredPointer(void* memory, const Config& /*config*/, Participant self)
      : tail_(std::launder(static_cast<Shared*>(memory))->tail),
        mine_(std::launder(reinterpret_cast<Node*>(static_cast<std::byte*>(memory) + sizeof(Shared)))[self.index]) {}

  Acquired lock() {
    // relaxed, both: the exchange below publishes the node.
    mine_.next.store(nobody, std::memory_order_relaxed);
    mine_.waits.store(waiting, std::memory_order_relaxed);
    // acq_rel: pairs with the exchange of who comes next, and with the compare-exchange in unlock().
    const Address before = tail_.exchange(address_of(mine_), std::memory_order_acq_rel);
    if (before == nobody) { return Acquired::clean; }
    // release: pairs with the acquires of `next` in unlock(). The address is another process's: an index would be right.
    node_at(before).next.store(address_of(mine_), std::memory_order_release);
    // acquire: pairs with the release of `called` in unlock().
    for (Patience<Env> patience; mine_.waits.load(std::memory_order_acquire) == waiting;) { patience.poll(); }
    return Acquired::clean;
  }

  void unlock() {
    // acquire: pairs with the release of `next` in lock().
    Address next = mine_.next.load(std::memory_order_acquire);
    if (next == nobody) {
      Address last = address_of(mine_);
      // release: pairs with the exchange in lock(). relaxed on failure: somebody comes, and `next` will say who.
      if (tail_.compare_exchange_strong(last, nobody, std::memory_order_release, std::memory_order_relaxed)) { return; }
      // acquire: pairs with the release of `next` in lock().
      for (Patience<Env> patience; (next = mine_.next.load(std::memory_order_acquire)) == nobody;) { patience.poll(); }
    }
    // release: pairs with the acquire of `waits` in lock().
    node_at(next).waits.store(called, std::memory_order_release);
  }

 private:
  using Address = std::uintptr_t;
  static constexpr Address nobody = 0;
  enum Waits : std::uint32_t { called, waiting };

  struct alignas(line_pair_bytes) Node {
    typename Env::template Atomic<Address> next{nobody};
    typename Env::template Atomic<std::uint32_t> waits{called};
  };
  struct alignas(line_pair_bytes) Shared {
    typename Env::template Atomic<Address> tail{nobody};
  };

  static Address address_of(Node& node) { return reinterpret_cast<Address>(&node); }
  static Node& node_at(Address address) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): an address kept in shared memory is the fault
    return *reinterpret_cast<Node*>(address);
  }

  typename Env::template Atomic<Address>& tail_;
  Node& mine_;
};

using Plugins = Variants<StoredPointer>;

}  // namespace shmlab::strategies::stored_pointer
