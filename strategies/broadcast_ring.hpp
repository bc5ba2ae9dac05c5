#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"
#include "strategies/parts/slot_copy.hpp"

namespace shmlab::strategies::broadcast_ring {

/// For whom the teller waits: for who has heard least.
struct Slowest {
  static constexpr std::uint64_t nobody = 0;
  /// Messages that were told and not heard, by one of two.
  static std::uint64_t lag(std::uint64_t one, std::uint64_t other) { return std::max(one, other); }
};

/// Ring in which one tells and all others hear every message: each listener has a count of its own, and the teller waits for the slowest of
/// them. It looks at their counts again only when the ring seems full by the last look. Nobody is ever overtaken: a listener that stands still
/// holds all up once the ring is full, and one that dies does so until a successor with its index has attached and goes on.
///
/// Every participant of Config has a count; the teller, whichever of them it is, leaves out its own.
/// The capacity is rounded up to a power of two. Counts come round at 2^64.
template <class Env, class Choice = Slowest>
class Ring {
 public:
  static Footprint footprint(const Config& config) {
    return {slots_at(config) + slot_count(config) * slot_copy::stride(config.payload_bytes), line_pair_bytes};
  }
  static void create(void* memory, const Config& config) {
    for (std::uint32_t i = 0; i <= config.participants; ++i) { new (memory_of(memory, i)) Count(config.first_sequence); }
  }
  Ring(void* memory, const Config& config, Participant self)
      : told_count_(count(memory, 0)),
        counts_(static_cast<std::byte*>(memory)),
        participants_(config.participants),
        self_(self.index),
        slots_(static_cast<std::byte*>(memory) + slots_at(config)),
        payload_(config.payload_bytes),
        capacity_(slot_count(config)),
        // relaxed: what lets a teller take over from another shows the count, and nothing is read on the strength of it.
        // audit, another look: an endpoint looks once, as it attaches
        told_(told_count_.load(std::memory_order_relaxed)),
        full_at_(told_),
        // acquire: pairs with the release in try_hear() of the listener before, whose slots the caller gives back.
        // audit, acquire: for who takes over from another, which no scenario of broadcasts does
        // audit, another look: an endpoint looks once, as it attaches
        heard_(heard_by(self_).load(std::memory_order_acquire)),
        seen_told_(heard_) {}

  bool try_tell(std::span<const std::byte> message) {
    if (told_ == full_at_ && !sees_room()) { return false; }
    slot_copy::with_size(payload_, [&](auto bytes) { slot_copy::fill<Env>(slot(told_, bytes), message.data(), bytes); });
    // release: pairs with the acquire in sees_messages(): the message is there.
    told_count_.store(++told_, std::memory_order_release);
    return true;
  }
  bool try_hear(std::span<std::byte> into) {
    if (heard_ == seen_told_ && !sees_messages()) { return false; }
    slot_copy::with_size(payload_, [&](auto bytes) { Env::copy_out(into.data(), slot(heard_, bytes), bytes); });
    // release: pairs with the acquire in sees_room(): the message has been read.
    heard_by(self_).store(++heard_, std::memory_order_release);
    return true;
  }
  void tell(std::span<const std::byte> message) {
    for (Patience<Env> patience; !try_tell(message);) { patience.poll(); }
  }
  void hear(std::span<std::byte> into) {
    for (Patience<Env> patience; !try_hear(into);) { patience.poll(); }
  }

 private:
  using Word = typename Env::template Atomic<std::uint64_t>;
  struct alignas(line_pair_bytes) Count {
    explicit Count(std::uint64_t first) : word(first) {}
    Word word;
  };

  static std::uint64_t slot_count(const Config& config) { return std::bit_ceil(std::uint64_t{config.capacity}); }
  /// The teller's count, those of all participants, the slots.
  static std::size_t slots_at(const Config& config) { return (std::size_t{config.participants} + 1) * sizeof(Count); }
  static std::byte* memory_of(void* memory, std::uint32_t i) { return static_cast<std::byte*>(memory) + i * sizeof(Count); }
  static Word& count(void* memory, std::uint32_t i) { return std::launder(reinterpret_cast<Count*>(memory_of(memory, i)))->word; }
  [[nodiscard]] Word& heard_by(std::uint32_t index) const { return count(counts_, index + 1); }

  [[gnu::noinline]] bool sees_room() {
    std::uint64_t lag = Choice::nobody;
    for (std::uint32_t i = 0; i < participants_; ++i) {
      if (i == self_) { continue; }
      // acquire: pairs with the release in try_hear().
      lag = Choice::lag(lag, told_ - heard_by(i).load(std::memory_order_acquire));
    }
    full_at_ = told_ - lag + capacity_;
    return told_ != full_at_;
  }
  [[gnu::noinline]] bool sees_messages() {
    // acquire: pairs with the release in try_tell().
    seen_told_ = told_count_.load(std::memory_order_acquire);
    return heard_ != seen_told_;
  }
  [[nodiscard]] std::byte* slot(std::uint64_t count, std::size_t payload) const {
    return slots_ + (count & (capacity_ - 1)) * slot_copy::stride(payload);
  }

  Word& told_count_;
  std::byte* counts_;
  std::uint32_t participants_;
  std::uint32_t self_;
  std::byte* slots_;
  std::size_t payload_;
  std::uint64_t capacity_;   ///< a power of two
  std::uint64_t told_;       ///< teller
  std::uint64_t full_at_;    ///< teller: `told_` at which the ring is full, by the last look at the listeners' counts
  std::uint64_t heard_;      ///< listener
  std::uint64_t seen_told_;  ///< listener: the last look at the teller's count
};

/// The ring as it should be.
template <class Env>
class BroadcastRing : public Ring<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "broadcast_ring",
      .summary = "ring whose messages every listener hears; the teller waits for the slowest, by polling",
      .source = "Thompson, Farley, Barker, Gee, Stewart, Disruptor, LMAX, 2011: gating sequences",
      .limits = {.writers = 1},
      .waiting = Waiting::spins,
      .contract = {.waiter = OnDeath::blocks, .producer = OnDeath::unaffected, .consumer = OnDeath::blocks}};

  using Ring<Env>::Ring;
};

using Plugins = Variants<BroadcastRing>;

}  // namespace shmlab::strategies::broadcast_ring
