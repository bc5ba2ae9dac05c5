#pragma once

#include <cstddef>
#include <span>

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/parts/lagging_ring.hpp"

namespace shmlab::strategies::spsc_ring_bulk {

/// spsc_ring_lazy with calls that move several messages: one look at the other side's count, one copy (two where the ring comes round) and one
/// store for all of them.
template <class Env>
class SpscRingBulk : public lagging_ring::Ring<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "spsc_ring_bulk",
      .summary = "ring between one producer and one consumer; several messages a call are copied and published together",
      .source =
          "Lamport, IEEE TSE 3(2), 1977; several at a time: rte_ring of DPDK, Programmer's Guide; slots given back in batches: "
          "Lee, Bu, "
          "Chandranmenon, ANCS 2009",
      .limits = {.writers = 1, .readers = 1},
      .waiting = Waiting::spins,
      // As spsc_ring_lazy: a call hands all of its messages over, or none.
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::unaffected, .consumer = OnDeath::unaffected}};

  using lagging_ring::Ring<Env>::Ring;

  std::size_t send_bulk(std::span<const std::byte> messages) { return this->put_all(messages); }
  std::size_t receive_bulk(std::span<std::byte> into) { return this->take_all(into); }
};

using Plugins = Variants<SpscRingBulk>;

}  // namespace shmlab::strategies::spsc_ring_bulk
