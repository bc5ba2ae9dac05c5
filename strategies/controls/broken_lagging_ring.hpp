#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/controls/parts/lamport_ring.hpp"
#include "strategies/parts/lagging_ring.hpp"
#include "strategies/spsc_ring_slot_sequence.hpp"

/// The rings that tell the other side late, each time with one of their choices wrong.
namespace shmlab::strategies::broken_lagging_ring {

using lagging_ring::Pace;
using lagging_ring::Ring;
using lamport_ring::described;

/// As many slots as the capacity says, so that the smallest programs fill the ring.
struct Tight : Pace {
  static constexpr std::uint64_t spare_slots(std::uint64_t /*owed_at_most*/) { return 0; }
};

/// The consumer owes as many slots as the ring has, and finding it empty does not make it give them back: the producer waits for a slot, the
/// consumer for a message.
struct NeverSettles : Tight {
  static constexpr std::uint64_t give_back_every(std::uint64_t capacity) { return capacity + 1; }
  static constexpr bool settles_when_empty = false;
};
/// Broken on purpose: see NeverSettles.
template <class Env>
class BrokenLaggingRingNeverSettles : public Ring<Env, NeverSettles> {
 public:
  static constexpr Descriptor descriptor = described(
      "broken_lagging_ring_never_settles", "lazy ring whose consumer keeps all slots, also when it finds the ring empty",
      "control: batched control variables without a limit or a timely update (Lee, Bu, Chandranmenon, ANCS 2009)", "schedules");
  using Ring<Env, NeverSettles>::Ring;
};

/// The producer keeps what it has sent until there are more messages than slots, and while it waits for room.
struct Hoards : Tight {
  static constexpr bool holds_back = true;
  static constexpr std::uint64_t publish_every(std::uint64_t capacity) { return 2 * capacity + 2; }
  static constexpr bool publishes_when_full = false;
};
/// Broken on purpose: see Hoards.
template <class Env>
class BrokenLaggingRingHoards : public Ring<Env, Hoards> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_lagging_ring_hoards", "batching ring whose producer waits for room without publishing what it holds back",
                "control: Flushable, what a producer that finds the channel full has to do", "schedules");
  using Ring<Env, Hoards>::Ring;

  void flush() { this->publish_rest(); }
};

/// send_bulk() says that all were sent, where there was room for some.
/// Broken on purpose.
template <class Env>
class BrokenLaggingRingShort : public Ring<Env, Tight> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_lagging_ring_short", "ring whose bulk call sends what there is room for, and says that it has sent all",
                "control: BulkChannel, what send_bulk() returns", "explorer");

  BrokenLaggingRingShort(void* memory, const Config& config, Participant self)
      : Ring<Env, Tight>(memory, config, self), payload_(config.payload_bytes) {}

  std::size_t send_bulk(std::span<const std::byte> messages) {
    this->put_all(messages);
    return messages.size() / payload_;
  }
  std::size_t receive_bulk(std::span<std::byte> into) { return this->take_all(into); }

 private:
  std::size_t payload_;
};

/// A slot that is filled says so by a flag, and nobody takes the flag down: from the second round on each slot looks filled before it is.
struct Flag {
  static constexpr std::uint64_t mark(std::uint64_t /*count*/) { return ~std::uint64_t{0}; }
};
/// Broken on purpose: see Flag.
template <class Env>
class BrokenLaggingRingFlag : public spsc_ring_slot_sequence::Ring<Env, Flag> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_lagging_ring_flag", "ring whose slots are marked as filled by a flag that stays when they are empty",
                "control: a slot's mark that does not tell one round from the next", "explorer");
  using spsc_ring_slot_sequence::Ring<Env, Flag>::Ring;
};

using Plugins = Variants<BrokenLaggingRingNeverSettles, BrokenLaggingRingHoards, BrokenLaggingRingShort, BrokenLaggingRingFlag>;

}  // namespace shmlab::strategies::broken_lagging_ring
