#pragma once

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/spsc_ring.hpp"

namespace shmlab::strategies::spsc_ring_blocking {

/// The ring of spsc_ring, whose waits poll for a while and then sleep.
template <class Env>
class SpscRingBlocking : public spsc_ring::Ring<Env, spsc_ring::ParkingCount<Env>> {
 public:
  static constexpr Descriptor descriptor{
      .name = "spsc_ring_blocking",
      .summary =
          "lock-free ring between one producer and one consumer, with cached counts; waits poll for a while, then park on a "
          "futex",
      .source = spsc_ring::source,
      .limits = spsc_ring::one_to_one,
      .waiting = Waiting::spins_then_parks,
      // One store hands a message over; but who dies between the store and the wake leaves its partner asleep beside a message or a free slot.
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::blocks, .consumer = OnDeath::blocks}};

  using spsc_ring::Ring<Env, spsc_ring::ParkingCount<Env>>::Ring;
};

using Plugins = Variants<SpscRingBlocking>;

}  // namespace shmlab::strategies::spsc_ring_blocking
