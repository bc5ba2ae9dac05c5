#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <type_traits>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"
#include "strategies/parts/lines_ahead.hpp"
#include "strategies/parts/slot_copy.hpp"

namespace shmlab::strategies::spsc_ring_slot_sequence {

/// What a slot carries beside the message of that count once it is filled: what it never carried before.
struct Sequence {
  static constexpr std::uint64_t mark(std::uint64_t count) { return count + 1; }
};

/// Ring whose slots say themselves whether they are filled: beside the message lies the count of messages with it included, stored last. Of a
/// small message both are on one line, which is all that changes hands until the consumer has read it. The consumer writes to no slot; it gives
/// them back through a count of its own, a quarter of the ring at a time and whenever it finds the ring empty.
///
/// There are so many slots beyond the capacity as the consumer may owe, so that a full ring holds `capacity` messages at least; the counts are as in
/// strategies/parts/lagging_ring.hpp. Who attaches as a producer's successor counts the filled slots.
template <class Env, class Choice = Sequence>
class Ring {
 public:
  static Footprint footprint(const Config& config) {
    return {sizeof(Shared) + slot_count(config) * stride(config.payload_bytes), alignof(Shared)};
  }
  static void create(void* memory, const Config& config) {
    const std::uint64_t first = config.first_sequence;
    auto* shared = new (memory) Shared{.given_back{Word{first}}, .taken{Word{first}}};
    for (std::uint64_t i = 0; i < slot_count(config); ++i) {
      // Any number but the one that says that the slot is filled.
      new (reinterpret_cast<std::byte*>(shared + 1) + i * stride(config.payload_bytes)) Word{first + i};
    }
  }

  /// Either side may attach again in place of one that left: what it had done is in the region.
  Ring(void* memory, const Config& config, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))),
        slots_(static_cast<std::byte*>(memory) + sizeof(Shared)),
        payload_(config.payload_bytes),
        first_(config.first_sequence),
        count_(slot_count(config)),
        give_back_every_(give_back_every(config.capacity)),
        // acquire: pairs with the release in give_back(): the messages there have been read.
        // audit, acquire: for a producer that takes over while slots come round, which is in no small scenario
        // audit, another look: an endpoint looks once, as it attaches
        given_back_(shared_.given_back.load(std::memory_order_acquire)),
        // acquire: pairs with the release in release() of the consumer before, whose slots the caller gives back.
        // audit, acquire: for who takes over from another, which the scenario tells that it may
        // audit, another look: an endpoint looks once, as it attaches
        taken_(shared_.taken.load(std::memory_order_acquire)),
        sent_(given_back_),
        full_at_(given_back_ + count_),
        read_at_((taken_ - first_) % count_) {
    while (sent_ != full_at_ && is_filled(slot((sent_ - first_) % count_, payload_), sent_)) { ++sent_; }
    write_at_ = (sent_ - first_) % count_;
  }
  ~Ring() = default;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  std::span<std::byte> reserve() {
    if (is_full()) { return {}; }
    return {message(slot(write_at_, payload_)), payload_};
  }
  void commit() {
    ask_ahead(payload_);
    publish(slot(write_at_, payload_));
  }

  std::span<const std::byte> front() {
    if (is_empty(slot(read_at_, payload_))) { return {}; }
    return {message(slot(read_at_, payload_)), payload_};
  }
  void release() {
    ++taken_;
    read_at_ = after(read_at_);
    // release: pairs with the acquire of the consumer's successor as it attaches.
    // audit, release: for who takes over from another, which the scenario tells that it may
    // audit, the store: likewise; `shmlab crash` shows that it is needed
    shared_.taken.store(taken_, std::memory_order_release);
    if (taken_ - given_back_ >= give_back_every_) { give_back(); }
  }

  bool try_send(std::span<const std::byte> from) {
    if (is_full()) { return false; }
    put(from);
    return true;
  }
  bool try_receive(std::span<std::byte> into) {
    return slot_copy::with_size(payload_, [&](auto bytes) {
      std::byte* const slot = this->slot(read_at_, bytes);
      if (is_empty(slot)) { return false; }
      Env::copy_out(into.data(), message(slot), bytes);
      release();
      return true;
    });
  }
  void send(std::span<const std::byte> from) {
    if (is_full()) { await_slot(); }
    put(from);
  }
  void receive(std::span<std::byte> into) {
    for (Patience<Env> patience; !try_receive(into);) { patience.poll(); }
  }

 private:
  using Word = typename Env::template Atomic<std::uint64_t>;
  struct Shared {
    alignas(line_pair_bytes) Word given_back;  ///< stored by the consumer, once in a while
    alignas(line_pair_bytes) Word taken;       ///< stored by the consumer, for its successor alone
  };

  /// See lagging_ring::Pace.
  static std::uint64_t give_back_every(std::uint64_t capacity) { return std::clamp<std::uint64_t>(capacity / 4, 2, 256); }
  static std::uint64_t slot_count(const Config& config) { return config.capacity + give_back_every(config.capacity); }
  /// Such that no slot up to the size of a line lies across two, and no two larger ones have a line in common.
  static constexpr std::size_t stride(std::size_t payload) {
    constexpr std::size_t longest_of_one_line = cache_line_bytes - sizeof(Word);
    return payload <= longest_of_one_line ? std::bit_ceil(sizeof(Word) + payload)
                                          : align_up(sizeof(Word) + payload, cache_line_bytes);
  }
  [[nodiscard]] std::byte* slot(std::uint64_t at, std::size_t payload) const { return slots_ + at * stride(payload); }
  static std::byte* message(std::byte* slot) { return slot + sizeof(Word); }
  static Word& sequence(std::byte* slot) { return *std::launder(reinterpret_cast<Word*>(slot)); }
  [[nodiscard]] std::uint64_t after(std::uint64_t at, std::uint64_t slots = 1) const {
    return at + slots >= count_ ? at + slots - count_ : at + slots;
  }

  /// acquire: pairs with the release in publish(): the message is there.
  static bool is_filled(std::byte* slot, std::uint64_t count) {
    return sequence(slot).load(std::memory_order_acquire) == Choice::mark(count);
  }
  /// Producer: no free slot, after a second look at the consumer's count if need be.
  bool is_full() { return sent_ == full_at_ && !sees_room(); }
  /// Consumer: no message in the slot that is next.
  bool is_empty(std::byte* slot) {
    if (is_filled(slot, taken_)) { return false; }
    if (given_back_ != taken_) { give_back(); }
    return true;
  }

  [[gnu::noinline]] bool sees_room() {
    // acquire: pairs with the release in give_back(): the messages there have been read.
    full_at_ = shared_.given_back.load(std::memory_order_acquire) + count_;
    return sent_ != full_at_;
  }
  [[gnu::noinline]] void await_slot() {
    for (Patience<Env> patience; !sees_room();) { patience.poll(); }
  }
  [[gnu::noinline]] void give_back() {
    given_back_ = taken_;
    // release: pairs with the acquire in sees_room(): the slots have been read.
    shared_.given_back.store(taken_, std::memory_order_release);
  }

  void put(std::span<const std::byte> from) {
    slot_copy::with_size(payload_, [&](auto bytes) {
      std::byte* const slot = this->slot(write_at_, bytes);
      slot_copy::fill<Env>(message(slot), from.data(), bytes);
      ask_ahead(bytes);
      publish(slot);
    });
  }
  /// Producer: asks for the lines of a slot further on, as one is filled.
  template <std::size_t bytes>
  void ask_ahead(std::integral_constant<std::size_t, bytes> constant) const {
    ask(constant);
  }
  /// Out of line, so that calls which turn out to be of a usual size are small enough to be inlined.
  [[gnu::noinline]] void ask_ahead(std::size_t bytes) const { ask(bytes); }
  void ask(auto bytes) const {
    if (bytes > lines_ahead::longest_message) { return; }
    if (full_at_ - sent_ < lines_ahead::least_free(stride(bytes))) { return; }
    lines_ahead::ask_for<Env>(slot(after(write_at_, lines_ahead::slots_ahead(stride(bytes))), bytes), stride(bytes));
  }
  void publish(std::byte* slot) {
    write_at_ = after(write_at_);
    // release: pairs with the acquire in is_filled().
    sequence(slot).store(Choice::mark(sent_++), std::memory_order_release);
  }

  Shared& shared_;
  std::byte* slots_;
  std::size_t payload_;
  std::uint64_t first_;
  std::uint64_t count_;  ///< of slots
  std::uint64_t give_back_every_;
  std::uint64_t given_back_;  ///< consumer: `taken_` when it last told the producer
  std::uint64_t taken_;       ///< consumer
  std::uint64_t sent_;        ///< producer
  std::uint64_t full_at_;     ///< producer: `sent_` at which the ring is full, by the last look at the consumer's count
  std::uint64_t read_at_;     ///< consumer: the slot of count `taken_`
  std::uint64_t write_at_;    ///< producer: the slot of count `sent_`
};

/// The ring as it should be.
template <class Env>
class SpscRingSlotSequence : public Ring<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "spsc_ring_slot_sequence",
      .summary = "ring between one producer and one consumer whose slots carry a sequence number beside the message",
      .source =
          "slots that say themselves whether they are filled: Giacomoni, Moseley, Vachharajani, FastForward for Efficient "
          "Pipeline "
          "Parallelism, PPoPP 2008; sequence numbers: Vyukov, Bounded MPMC queue, 1024cores.net, 2010",
      .limits = {.writers = 1, .readers = 1},
      .waiting = Waiting::spins,
      // One store hands a message over, and another one notes that it was taken.
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::unaffected, .consumer = OnDeath::unaffected}};

  using Ring<Env>::Ring;
};

using Plugins = Variants<SpscRingSlotSequence>;

}  // namespace shmlab::strategies::spsc_ring_slot_sequence
