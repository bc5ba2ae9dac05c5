#pragma once

#include <atomic>

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/controls/parts/lamport_ring.hpp"

/// The textbook ring, each time with one of its four orders too weak.
namespace shmlab::strategies::broken_spsc_ring_relaxed {

using lamport_ring::described;
using lamport_ring::Ring;
using lamport_ring::Sound;

/// relaxed where a release is right: the count may be visible before the message that it announces.
struct RelaxedPublish : Sound {
  static constexpr std::memory_order publish = std::memory_order_relaxed;
};
/// Broken on purpose: see RelaxedPublish.
template <class Env>
class BrokenSpscRingRelaxedPublish : public Ring<Env, RelaxedPublish> {
 public:
  static constexpr Descriptor descriptor = described(
      "broken_spsc_ring_relaxed_publish", "ring whose commit() releases nothing: a message may be read before it is there",
      "control: [intro.races], a release that is missing", "tsan");
  using Ring<Env, RelaxedPublish>::Ring;
};

/// relaxed where an acquire is right: the slot may be read before the count that says that it is filled.
struct RelaxedConsume : Sound {
  static constexpr std::memory_order consume = std::memory_order_relaxed;
};
/// Broken on purpose: see RelaxedConsume.
template <class Env>
class BrokenSpscRingRelaxedConsume : public Ring<Env, RelaxedConsume> {
 public:
  static constexpr Descriptor descriptor = described(
      "broken_spsc_ring_relaxed_consume", "ring whose front() acquires nothing: a message may be read before it is there",
      "control: [intro.races], an acquire that is missing", "tsan");
  using Ring<Env, RelaxedConsume>::Ring;
};

/// relaxed where a release is right: the slot may look free while the message in it is still being read.
struct RelaxedFree : Sound {
  static constexpr std::memory_order free = std::memory_order_relaxed;
};
/// Broken on purpose: see RelaxedFree.
template <class Env>
class BrokenSpscRingRelaxedFree : public Ring<Env, RelaxedFree> {
 public:
  static constexpr Descriptor descriptor = described(
      "broken_spsc_ring_relaxed_free", "ring whose release() releases nothing: a slot may be overwritten while it is read",
      "control: [intro.races], a release that is missing", "tsan");
  using Ring<Env, RelaxedFree>::Ring;
};

/// relaxed where an acquire is right: the slot may be written before the count that says that it has been read.
struct RelaxedReuse : Sound {
  static constexpr std::memory_order reuse = std::memory_order_relaxed;
};
/// Broken on purpose: see RelaxedReuse.
template <class Env>
class BrokenSpscRingRelaxedReuse : public Ring<Env, RelaxedReuse> {
 public:
  static constexpr Descriptor descriptor = described(
      "broken_spsc_ring_relaxed_reuse", "ring whose reserve() acquires nothing: a slot may be overwritten while it is read",
      "control: [intro.races], an acquire that is missing", "tsan");
  using Ring<Env, RelaxedReuse>::Ring;
};

using Plugins =
    Variants<BrokenSpscRingRelaxedPublish, BrokenSpscRingRelaxedConsume, BrokenSpscRingRelaxedFree, BrokenSpscRingRelaxedReuse>;

}  // namespace shmlab::strategies::broken_spsc_ring_relaxed
