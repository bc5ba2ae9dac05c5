#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <new>
#include <span>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"

/// The textbook ring between one producer and one consumer (Lamport 1977), each time with one of its choices wrong.
namespace shmlab::strategies::broken_spsc_ring {

/// When a slot changes sides: when it is handed out to be filled or read, or when that is done.
enum class Handover : std::uint8_t { at_once, when_done };

/// The right choices. A variant is a type that replaces one of them.
struct Sound {
  static constexpr std::memory_order publish = std::memory_order_release;  ///< pairs with consume: the message is there
  static constexpr std::memory_order consume = std::memory_order_acquire;  ///< pairs with publish
  static constexpr std::memory_order free = std::memory_order_release;     ///< pairs with reuse: the message has been read
  static constexpr std::memory_order reuse = std::memory_order_acquire;    ///< pairs with free
  static constexpr Handover publishes = Handover::when_done;
  static constexpr Handover frees = Handover::when_done;
  static constexpr std::uint64_t beyond_capacity = 0;  ///< messages that the ring takes beyond its slots
  static constexpr bool looks_before_empty = true;     ///< empty by what the producer's count is now, not by what it was
  static constexpr bool looks_before_full = true;      ///< full by what the consumer's count is now, not by what it was
  using Count = std::uint64_t;                         ///< does not come round
  static constexpr Count first = 0;                    ///< where both counts start
};

template <class Env, class Choice>
class Ring {
 public:
  static Footprint footprint(const Config& config) {
    return {sizeof(Shared) + config.capacity * stride(config), alignof(Shared)};
  }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }

  Ring(void* memory, const Config& config, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))),
        slots_(static_cast<std::byte*>(memory) + sizeof(Shared)),
        stride_(stride(config)),
        payload_(config.payload_bytes),
        capacity_(config.capacity) {}

  std::span<std::byte> reserve() {
    if (!has_room()) { return {}; }
    const std::span<std::byte> slot(slots_ + own_published_ % capacity_ * stride_, payload_);
    if constexpr (Choice::publishes == Handover::at_once) { publish(); }
    return slot;
  }
  void commit() {
    if constexpr (Choice::publishes == Handover::when_done) { publish(); }
  }

  std::span<const std::byte> front() {
    if (!has_message()) { return {}; }
    const std::span<const std::byte> slot(slots_ + own_released_ % capacity_ * stride_, payload_);
    if constexpr (Choice::frees == Handover::at_once) { free(); }
    return slot;
  }
  void release() {
    if constexpr (Choice::frees == Handover::when_done) { free(); }
  }

  bool try_send(std::span<const std::byte> message) {
    const std::span<std::byte> slot = reserve();
    if (slot.empty()) { return false; }
    Env::copy_in(slot.data(), message.data(), payload_);
    commit();
    return true;
  }
  bool try_receive(std::span<std::byte> into) {
    const std::span<const std::byte> slot = front();
    if (slot.empty()) { return false; }
    Env::copy_out(into.data(), slot.data(), payload_);
    release();
    return true;
  }
  void send(std::span<const std::byte> message) {
    for (Patience<Env> patience; !try_send(message);) { patience.poll(); }
  }
  void receive(std::span<std::byte> into) {
    for (Patience<Env> patience; !try_receive(into);) { patience.poll(); }
  }

 private:
  using Count = typename Choice::Count;

  struct Shared {
    alignas(line_pair_bytes) typename Env::template Atomic<Count> published{Choice::first};  ///< stored by the producer
    alignas(line_pair_bytes) typename Env::template Atomic<Count> released{Choice::first};   ///< stored by the consumer
  };

  static std::size_t stride(const Config& config) { return align_up(config.payload_bytes, alignof(std::uint64_t)); }

  bool has_room() {
    if constexpr (Choice::looks_before_full) { seen_released_ = shared_.released.load(Choice::reuse); }
    const auto unread = static_cast<Count>(own_published_ - seen_released_);
    if constexpr (!Choice::looks_before_full) { seen_released_ = shared_.released.load(Choice::reuse); }
    return unread < capacity_ + Choice::beyond_capacity;
  }
  bool has_message() {
    if constexpr (Choice::looks_before_empty) { seen_published_ = shared_.published.load(Choice::consume); }
    const bool has = seen_published_ != own_released_;
    if constexpr (!Choice::looks_before_empty) { seen_published_ = shared_.published.load(Choice::consume); }
    return has;
  }
  void publish() { shared_.published.store(++own_published_, Choice::publish); }
  void free() { shared_.released.store(++own_released_, Choice::free); }

  Shared& shared_;
  std::byte* slots_;
  std::size_t stride_;
  std::size_t payload_;
  std::uint64_t capacity_;
  Count own_published_ = Choice::first;
  Count own_released_ = Choice::first;
  Count seen_published_ = Choice::first;  ///< the consumer's last look at the producer's count
  Count seen_released_ = Choice::first;   ///< the producer's last look at the consumer's count
};

constexpr Descriptor described(const char* name, const char* summary, const char* source, const char* caught_by) {
  return {.name = name,
          .summary = summary,
          .source = source,
          .limits = {.writers = 1, .readers = 1},
          .waiting = Waiting::spins,
          .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::unaffected, .consumer = OnDeath::unaffected},
          .caught_by = caught_by};
}

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
/// count 255 is not its neighbour: messages that are unread at that moment are overwritten. Starts shortly before, so that short runs
/// get there.
struct Narrow : Sound {
  using Count = std::uint8_t;
  static constexpr Count first = std::numeric_limits<Count>::max() - 15;
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

using Plugins = Variants<BrokenSpscRingRelaxedPublish, BrokenSpscRingRelaxedConsume, BrokenSpscRingRelaxedFree,
                         BrokenSpscRingRelaxedReuse, BrokenSpscRingOverfull, BrokenSpscRingNarrow, BrokenSpscRingEarlyPublish,
                         BrokenSpscRingEarlyFree, BrokenSpscRingStaleEmpty, BrokenSpscRingStaleFull>;

}  // namespace shmlab::strategies::broken_spsc_ring
