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

namespace shmlab::strategies::mcs_lock {

/// A queue of those who hold and wait, each of whom polls a word on a line of its own: first come, first served. The nodes lie in the region, one
/// for each participant, and are linked by their numbers, so that each process may have them at another address.
/// A waiter that has lost its CPU holds up all behind it, and one that dies does so for ever.
template <class Env>
class McsLock {
 public:
  static constexpr Descriptor descriptor{
      .name = "mcs_lock",
      .summary = "queue of waiters, linked by index, each polling a line of its own; fair",
      .source = "Mellor-Crummey and Scott, Algorithms for Scalable Synchronization, ACM TOCS 9(1), 1991",
      .waiting = Waiting::spins,
      .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks}};

  static Footprint footprint(const Config& config) {
    return {sizeof(Shared) + config.participants * sizeof(Node), alignof(Shared)};
  }
  static void create(void* memory, const Config& config) {
    auto* shared = new (memory) Shared{};
    std::uninitialized_value_construct_n(reinterpret_cast<Node*>(shared + 1), config.participants);
  }
  McsLock(void* memory, const Config& /*config*/, Participant self)
      : shared_(*std::launder(static_cast<Shared*>(memory))),
        nodes_(std::launder(reinterpret_cast<Node*>(static_cast<std::byte*>(memory) + sizeof(Shared)))),
        me_(self.index + 1) {}

  Acquired lock() {
    Node& mine = node(me_);
    // relaxed, both: the exchange makes them visible to who comes next.
    mine.next.store(nobody, std::memory_order_relaxed);
    mine.state.store(waits, std::memory_order_relaxed);
    // release: pairs with the acquire of who comes next. acquire: pairs with the release of who came before, whether it is here or has left.
    const std::uint32_t before = shared_.last.exchange(me_, std::memory_order_acq_rel);
    if (before == nobody) { return Acquired::clean; }
    // release: pairs with the acquire in successor().
    node(before).next.store(me_, std::memory_order_release);
    // acquire: pairs with the release in unlock().
    for (Patience<Env> patience; mine.state.load(std::memory_order_acquire) == waits;) { patience.poll(); }
    return Acquired::clean;
  }

  void unlock() {
    // acquire: pairs with the release of that store: the state that is written below was there before.
    // audit, another look: without it last is tried in vain where somebody has come, and successor() looks
    std::uint32_t next = node(me_).next.load(std::memory_order_acquire);
    if (next == nobody) {
      std::uint32_t last = me_;
      // release: pairs with the exchange in lock(). relaxed on failure: somebody is about to link itself.
      if (shared_.last.compare_exchange_strong(last, nobody, std::memory_order_release, std::memory_order_relaxed)) { return; }
      next = successor();
    }
    // release: pairs with the acquire of the waiter in lock().
    node(next).state.store(holds, std::memory_order_release);
  }

 private:
  using Word = typename Env::template Atomic<std::uint32_t>;
  enum State : std::uint32_t { waits, holds };
  static constexpr std::uint32_t nobody = 0;  ///< others are the participant's index and 1

  struct alignas(line_pair_bytes) Node {
    Word next{nobody};
    Word state{waits};
  };
  struct alignas(line_pair_bytes) Shared {
    Word last{nobody};
  };

  [[nodiscard]] Node& node(std::uint32_t number) const { return nodes_[number - 1]; }

  /// Who has taken a place in the queue behind the caller, and says so soon.
  [[nodiscard]] std::uint32_t successor() const {
    for (Patience<Env> patience;; patience.poll()) {
      // acquire: pairs with the release of the link in lock().
      if (const std::uint32_t next = node(me_).next.load(std::memory_order_acquire); next != nobody) { return next; }
    }
  }

  Shared& shared_;
  Node* nodes_;
  std::uint32_t me_;
};

using Plugins = Variants<McsLock>;

}  // namespace shmlab::strategies::mcs_lock
