#pragma once

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/parts/lagging_ring.hpp"

namespace shmlab::strategies::spsc_ring_lazy {

/// Ring whose producer publishes each message at once, and whose consumer gives slots back lazily: a quarter of the ring at a time, at most
/// 256 slots, and whenever it finds the ring empty.
template <class Env>
class SpscRingLazy : public lagging_ring::Ring<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "spsc_ring_lazy",
      .summary =
          "ring between one producer and one consumer; messages are published at once, slots given back a quarter of the ring at "
          "a time",
      .source =
          "Lamport, IEEE TSE 3(2), 1977; control variables updated in batches: Lee, Bu, Chandranmenon, A Lock-Free, "
          "Cache-Efficient "
          "Shared Ring Buffer, ANCS 2009 (MCRingBuffer)",
      .limits = {.writers = 1, .readers = 1},
      .waiting = Waiting::spins,
      // One store hands a message over, and another one notes that it was taken. What a consumer owed, its successor gives back.
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::unaffected, .consumer = OnDeath::unaffected}};

  using lagging_ring::Ring<Env>::Ring;
};

using Plugins = Variants<SpscRingLazy>;

}  // namespace shmlab::strategies::spsc_ring_lazy
