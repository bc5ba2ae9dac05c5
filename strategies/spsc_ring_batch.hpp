#pragma once

#include <algorithm>
#include <cstdint>

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/parts/lagging_ring.hpp"

namespace shmlab::strategies::spsc_ring_batch {

struct PublishesInBatches : lagging_ring::Pace {
  static constexpr bool holds_back = true;
  static constexpr std::uint64_t publish_every(std::uint64_t capacity) { return std::clamp<std::uint64_t>(capacity / 4, 2, 64); }
};

/// Ring whose producer publishes 64 messages at a time, or a quarter of a smaller ring (2 at least), and what there is when it finds the ring full or is told
/// to flush(): a message may wait for others, which the other rings do not let it. The consumer gives slots back lazily.
template <class Env>
class SpscRingBatch : public lagging_ring::Ring<Env, PublishesInBatches> {
 public:
  static constexpr Descriptor descriptor{
      .name = "spsc_ring_batch",
      .summary = "ring between one producer and one consumer; messages are published up to 64 at a time, or by flush()",
      .source = "Lee, Bu, Chandranmenon, A Lock-Free, Cache-Efficient Shared Ring Buffer, ANCS 2009 (MCRingBuffer)",
      .limits = {.writers = 1, .readers = 1},
      .waiting = Waiting::spins,
      // As spsc_ring_lazy. What a producer held back dies with it.
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::unaffected, .consumer = OnDeath::unaffected}};

  using lagging_ring::Ring<Env, PublishesInBatches>::Ring;

  void flush() { this->publish_rest(); }
};

using Plugins = Variants<SpscRingBatch>;

}  // namespace shmlab::strategies::spsc_ring_batch
