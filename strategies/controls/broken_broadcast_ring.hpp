#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/broadcast_ring.hpp"

namespace shmlab::strategies::broken_broadcast_ring {

/// The teller waits for who has heard most: the others are overtaken, and hear a later message in the place of theirs.
struct Fastest {
  static constexpr std::uint64_t nobody = std::numeric_limits<std::uint64_t>::max();
  static std::uint64_t lag(std::uint64_t one, std::uint64_t other) { return std::min(one, other); }
};

/// Broken on purpose: see Fastest. With one listener it is right.
template <class Env>
class BrokenBroadcastRing : public broadcast_ring::Ring<Env, Fastest> {
 public:
  static constexpr Descriptor descriptor{
      .name = "broken_broadcast_ring",
      .summary = "ring whose teller overtakes the slower listeners",
      .source = "control: gating on one listener instead of all (Disruptor, LMAX, 2011, gates on the slowest)",
      .limits = {.writers = 1},
      .waiting = Waiting::spins,
      .contract = {.waiter = OnDeath::blocks, .producer = OnDeath::unaffected, .consumer = OnDeath::blocks},
      .caught_by = "invariant"};

  using broadcast_ring::Ring<Env, Fastest>::Ring;
};

using Plugins = Variants<BrokenBroadcastRing>;

}  // namespace shmlab::strategies::broken_broadcast_ring
