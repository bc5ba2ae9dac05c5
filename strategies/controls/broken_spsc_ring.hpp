#pragma once

#include <cstdint>
#include <limits>

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/controls/parts/lamport_ring.hpp"

/// The textbook ring, each time with one of its choices wrong, orders apart: those are in broken_spsc_ring_relaxed.hpp.
namespace shmlab::strategies::broken_spsc_ring {

using lamport_ring::described;
using lamport_ring::Handover;
using lamport_ring::Ring;
using lamport_ring::Sound;

/// One message too many where none is right: in a full ring the next message takes the slot of the oldest that is unread, whose place
/// in the order it then has.
struct Overfull : Sound {
  static constexpr std::uint64_t beyond_capacity = 1;
};
/// Broken on purpose: see Overfull.
template <class Env>
class BrokenSpscRingOverfull : public Ring<Env, Overfull> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_spsc_ring_overfull", "ring that takes one message more than it has slots and overwrites the oldest",
                "control: the test for a full ring, off by one", "invariant");
  using Ring<Env, Overfull>::Ring;
};

/// 8 bits where 64 are right. The counts come round at 256, and unless the capacity divides that, the slot that follows the one of
/// count 255 is not its neighbour: messages that are unread at that moment are overwritten. Starts right before, so that the shortest runs
/// get there.
struct Narrow : Sound {
  using Count = std::uint8_t;
  static constexpr Count first = std::numeric_limits<Count>::max();
};
/// Broken on purpose: see Narrow.
template <class Env>
class BrokenSpscRingNarrow : public Ring<Env, Narrow> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_spsc_ring_narrow", "ring with counts of 8 bits, whose slots are out of step when the counts come round",
                "control: unsigned arithmetic modulo 2^8 with a capacity that does not divide it", "invariant");
  using Ring<Env, Narrow>::Ring;
};

/// Published when handed out, where only the filled slot may be: the consumer reads what lay in it before.
struct EarlyPublish : Sound {
  static constexpr Handover publishes = Handover::at_once;
};
/// Broken on purpose: see EarlyPublish.
template <class Env>
class BrokenSpscRingEarlyPublish : public Ring<Env, EarlyPublish> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_spsc_ring_early_publish", "ring that advances its count before the message is in the slot",
                "control: the order of message and count, inverted", "invariant");
  using Ring<Env, EarlyPublish>::Ring;
};

/// Freed when handed out, where only what has been read may be: the producer overwrites a message that is being read.
struct EarlyFree : Sound {
  static constexpr Handover frees = Handover::at_once;
};
/// Broken on purpose: see EarlyFree.
template <class Env>
class BrokenSpscRingEarlyFree : public Ring<Env, EarlyFree> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_spsc_ring_early_free", "ring that gives a slot back before its message has been read",
                "control: the order of reading and count, inverted", "invariant");
  using Ring<Env, EarlyFree>::Ring;
};

/// Empty by the producer's count as it was at the last call, where the count as it is now is right: try_receive() says that there is nothing
/// although a message was there long before it was called. Nothing is lost and the next call finds it, so only who compares the answers
/// with what was sent before notices.
struct StaleEmpty : Sound {
  static constexpr bool looks_before_empty = false;
};
/// Broken on purpose: see StaleEmpty.
template <class Env>
class BrokenSpscRingStaleEmpty : public Ring<Env, StaleEmpty> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_spsc_ring_stale_empty", "ring that says it is empty by an old count: try_receive() overlooks a message",
                "control: a cached count without a second look (Lee, Bu, Chandranmenon, ANCS 2009, have one)", "history");
  using Ring<Env, StaleEmpty>::Ring;
};

/// Full by the consumer's count as it was at the last call: try_send() says that there is no room although a slot was given back long
/// before it was called. As with StaleEmpty, only who compares the answers with what was received before notices.
struct StaleFull : Sound {
  static constexpr bool looks_before_full = false;
};
/// Broken on purpose: see StaleFull.
template <class Env>
class BrokenSpscRingStaleFull : public Ring<Env, StaleFull> {
 public:
  static constexpr Descriptor descriptor =
      described("broken_spsc_ring_stale_full", "ring that says it is full by an old count: try_send() overlooks a free slot",
                "control: a cached count without a second look (Lee, Bu, Chandranmenon, ANCS 2009, have one)", "history");
  using Ring<Env, StaleFull>::Ring;
};

using Plugins = Variants<BrokenSpscRingOverfull, BrokenSpscRingNarrow, BrokenSpscRingEarlyPublish, BrokenSpscRingEarlyFree,
                         BrokenSpscRingStaleEmpty, BrokenSpscRingStaleFull>;

}  // namespace shmlab::strategies::broken_spsc_ring
