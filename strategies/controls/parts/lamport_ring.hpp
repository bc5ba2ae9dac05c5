#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"

/// The textbook ring between one producer and one consumer (Lamport 1977), for controls that get one of its choices wrong.
namespace shmlab::strategies::lamport_ring {

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

  /// Either side may attach in place of one that left: its count is in the region.
  Ring(void* memory, const Config& config, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))),
        slots_(static_cast<std::byte*>(memory) + sizeof(Shared)),
        stride_(stride(config)),
        payload_(config.payload_bytes),
        capacity_(config.capacity),
        // acquire, twice: pairs with the releases in publish() and free(), where they are releases
        own_published_(shared_.published.load(std::memory_order_acquire)),
        own_released_(shared_.released.load(std::memory_order_acquire)),
        seen_published_(own_published_),
        seen_released_(own_released_) {}

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
  Count own_published_;
  Count own_released_;
  Count seen_published_;  ///< the consumer's last look at the producer's count
  Count seen_released_;   ///< the producer's last look at the consumer's count
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

}  // namespace shmlab::strategies::lamport_ring
