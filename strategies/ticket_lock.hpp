#pragma once

#include <atomic>
#include <cstdint>
#include <new>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::ticket_lock {

/// Whoever comes takes the next number and waits until it is called: first come, first served. The further back, the longer between looks.
/// Numbers come round at 2^32, so at most 2^32 - 1 may wait. A waiter that has lost its CPU holds up all behind it, and one that dies does so
/// for ever.
template <class Env>
class TicketLock {
 public:
  static constexpr Descriptor descriptor{
      .name = "ticket_lock",
      .summary = "numbers, served in their order, with backoff in proportion to those ahead; fair",
      .source = "Mellor-Crummey and Scott, Algorithms for Scalable Synchronization, ACM TOCS 9(1), 1991",
      .waiting = Waiting::spins,
      .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::blocks}};

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& config) {
    const auto first = static_cast<std::uint32_t>(config.first_sequence);
    new (memory) Shared{.next = Word{first}, .serving = Word{first}};
  }
  TicketLock(void* memory, const Config& /*config*/, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))) {}

  Acquired lock() {
    // relaxed: a number orders nothing; its call does.
    const std::uint32_t mine = shared_.next.fetch_add(1, std::memory_order_relaxed);
    for (Patience<Env> patience;;) {
      // acquire: pairs with the release in unlock().
      const std::uint32_t ahead = mine - shared_.serving.load(std::memory_order_acquire);
      if (ahead == 0) { return Acquired::clean; }
      patience.poll();
      for (std::uint32_t i = 1; i < ahead && !patience.exhausted(); ++i) { patience.poll(); }
    }
  }
  void unlock() {
    // relaxed: the holder alone writes it, and saw it in lock(). release: pairs with the acquire in lock().
    // audit, another look: the holder saw it in lock()
    shared_.serving.store(shared_.serving.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

 private:
  using Word = typename Env::template Atomic<std::uint32_t>;
  struct Shared {
    alignas(cache_line_bytes) Word next;
    alignas(cache_line_bytes) Word serving;
  };
  Shared& shared_;
};

using Plugins = Variants<TicketLock>;

}  // namespace shmlab::strategies::ticket_lock
