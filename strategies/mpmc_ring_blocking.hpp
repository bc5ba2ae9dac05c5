#pragma once

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/mpmc_ring.hpp"
#include "strategies/parts/event_count.hpp"

namespace shmlab::strategies::mpmc_ring_blocking {

/// The ring of mpmc_ring, whose waits poll for a while and then sleep; where all are bound to one CPU they sleep at once. Who waits for somebody at work on a cell
/// polls in any case.
template <class Env>
class MpmcRingBlocking : public mpmc_ring::Ring<Env, EventCount<Env>> {
 public:
  static constexpr Descriptor descriptor{
      .name = "mpmc_ring_blocking",
      .summary =
          "bounded queue of cells with turn numbers, for any number of producers and consumers; waits poll for a while, then "
          "park on an event count",
      .source =
          "Vyukov, Bounded MPMC queue, 1024cores.net, 2010; event counts: Reed, Kanodia, Synchronization with Eventcounts and "
          "Sequencers, CACM 22(2), 1979",
      .waiting = Waiting::spins_then_parks,
      // Nobody finishes what the dead had begun on a cell; and who dies as a waiter may have been woken in the place of another.
      .contract = {.waiter = OnDeath::blocks, .producer = OnDeath::blocks, .consumer = OnDeath::blocks}};

  using mpmc_ring::Ring<Env, EventCount<Env>>::Ring;
};

using Plugins = Variants<MpmcRingBlocking>;

}  // namespace shmlab::strategies::mpmc_ring_blocking
