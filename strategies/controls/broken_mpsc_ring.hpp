#pragma once

#include <atomic>
#include <cstdint>

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/mpsc_ring.hpp"

namespace shmlab::strategies::broken_mpsc_ring {

/// Whoever looks first stores what he saw, plus one: two producers may take the same position, and one of their messages is lost.
struct Stores {
  template <class Word>
  static bool claim(Word& sent, std::uint64_t& at) {
    // relaxed: as in the right one, which leaves no room between look and store.
    sent.store(at + 1, std::memory_order_relaxed);
    return true;
  }
};

/// Broken on purpose: see Stores.
template <class Env>
class BrokenMpscRing : public mpsc_ring::Ring<Env, Stores> {
 public:
  static constexpr Descriptor descriptor{
      .name = "broken_mpsc_ring",
      .summary = "queue whose producers take positions by a load and a store instead of one exchange",
      .source = "control: [atomics.order], a read-modify-write torn in two",
      .limits = {.readers = 1},
      .waiting = Waiting::spins,
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::blocks, .consumer = OnDeath::unaffected},
      .caught_by = "invariant"};

  using mpsc_ring::Ring<Env, Stores>::Ring;
};

using Plugins = Variants<BrokenMpscRing>;

}  // namespace shmlab::strategies::broken_mpsc_ring
