#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <type_traits>

#include "contract/config.hpp"
#include "contract/patience.hpp"
#include "strategies/parts/lines_ahead.hpp"
#include "strategies/parts/slot_copy.hpp"
#include "strategies/parts/temporal_slip.hpp"

/// A ring between one producer and one consumer that tell each other of some of their messages only, so that the lines of their counts
/// change hands as rarely.
namespace shmlab::strategies::lagging_ring {

/// When one side tells the other. A variant is a type that replaces something.
struct Pace {
  /// Whether the producer holds messages back, and how many there are when it publishes them.
  static constexpr bool holds_back = false;
  static constexpr std::uint64_t publish_every(std::uint64_t /*capacity*/) { return 1; }
  /// Whether a producer that finds no room publishes what it holds back.
  static constexpr bool publishes_when_full = true;
  /// Messages that the consumer takes before it gives their slots back: enough that the producer seldom finds the count moved, and so few
  /// that the slots on their way back are a quarter of the ring. At least 2, so that what is tried with the smallest rings is the same.
  static constexpr std::uint64_t give_back_every(std::uint64_t capacity) {
    return std::clamp<std::uint64_t>(capacity / 4, 2, 256);
  }
  /// Slots beyond the capacity: those that the consumer may owe, so that it never lacks room for `capacity` messages.
  static constexpr std::uint64_t spare_slots(std::uint64_t owed_at_most) { return owed_at_most; }
  /// Whether a consumer that finds nothing gives back all that it owes.
  static constexpr bool settles_when_empty = true;
};

/// Four counts that only grow: sent >= published >= taken >= given back, modulo 2^64.
/// - The producer knows `sent`, and hands over by storing `published`.
/// - The consumer stores `taken` with each message, on a line that the producer never reads, so that this costs no transfer: it is for who takes
///   the consumer's place. It stores `given_back` once in a while: where the producer looks for room.
///
/// Nobody waits for ever. The consumer owes at most give_back_every - 1 slots between two calls, one more if it dies on the way, and the ring has as
/// many beyond its capacity: a producer that finds it full finds `capacity` messages in it, which the consumer can take. Whoever succeeds
/// to the consumer gives back with the first message, or when it finds none. A producer that holds messages back hands them over when it
/// finds the ring full, before it says so or waits.
///
/// A slot's place is that of its count, counted from Config::first_sequence: the number of slots need be no power of two.
template <class Env, class Choice = Pace>
class Ring {
 public:
  static Footprint footprint(const Config& config) {
    return {sizeof(Shared) + slot_count(config) * slot_copy::stride(config.payload_bytes), alignof(Shared)};
  }
  static void create(void* memory, const Config& config) {
    new (memory) Shared{.published{Count{config.first_sequence}},
                        .given_back{Count{config.first_sequence}},
                        .taken{Count{config.first_sequence}}};
  }

  /// Either side may attach again in place of one that left: its count is in the region.
  Ring(void* memory, const Config& config, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))),
        slots_(static_cast<std::byte*>(memory) + sizeof(Shared)),
        payload_(config.payload_bytes),
        count_(slot_count(config)),
        publish_every_(Choice::publish_every(config.capacity)),
        give_back_every_(Choice::give_back_every(config.capacity)),
        // relaxed: what lets a producer take over from another shows the count, and nothing is read on the strength of it.
        // audit, another look: an endpoint looks once, as it attaches
        sent_(shared_.published.load(std::memory_order_relaxed)),
        published_(sent_),
        // acquire: pairs with the release in give_back(): the messages there have been read.
        // audit, acquire: for a producer that takes over while slots come round, which is in no small scenario
        // audit, another look: an endpoint looks once, as it attaches
        given_back_(shared_.given_back.load(std::memory_order_acquire)),
        full_at_(given_back_ + count_),
        // acquire: pairs with the release in took() of the consumer before, whose slots the caller gives back.
        // audit, acquire: for who takes over from another, which the scenario tells that it may
        // audit, another look: an endpoint looks once, as it attaches
        taken_(shared_.taken.load(std::memory_order_acquire)),
        seen_published_(taken_),
        write_at_((sent_ - config.first_sequence) % count_),
        read_at_((taken_ - config.first_sequence) % count_),
        slip_(lines_ahead::enough_filled(payload_, slot_copy::stride(payload_), config.capacity)) {}
  ~Ring() = default;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  std::span<std::byte> reserve() {
    if (is_full()) { return {}; }
    return {slot(write_at_, payload_), payload_};
  }
  void commit() {
    ask_ahead(payload_);
    sent(1);
  }

  std::span<const std::byte> front() {
    if (is_empty()) { return {}; }
    return {slot(read_at_, payload_), payload_};
  }
  void release() { took(1); }

  bool try_send(std::span<const std::byte> message) {
    if (is_full()) { return false; }
    put(message);
    return true;
  }
  bool try_receive(std::span<std::byte> into) {
    if (is_empty()) { return false; }
    take(into);
    return true;
  }
  void send(std::span<const std::byte> message) {
    if (sent_ == full_at_) { find_slot(); }
    put(message);
  }
  void receive(std::span<std::byte> into) {
    if (taken_ == seen_published_) { find_message(); }
    take(into);
  }

 protected:
  using Count = typename Env::template Atomic<std::uint64_t>;

  /// Producer: what it holds back, the consumer may have.
  void publish_rest() {
    if (published_ != sent_) { publish(); }
  }

  /// Producer: sends as many of the messages as there is room for; how many.
  std::size_t put_all(std::span<const std::byte> messages) {
    return slot_copy::with_size(payload_, [&](auto bytes) {
      const std::size_t wanted = messages.size() / bytes;
      if (full_at_ - sent_ < wanted) { sees_room(); }
      const std::size_t count = std::min<std::uint64_t>(wanted, full_at_ - sent_);
      if (count == 0) { return count; }
      const std::size_t before_end = std::min<std::uint64_t>(count, count_ - write_at_);
      put_run(slot(write_at_, bytes), messages.data(), before_end, bytes);
      if (before_end < count) { put_run(slots_, messages.data() + before_end * bytes, count - before_end, bytes); }
      sent(count);
      ask_for_next(count, bytes);
      return count;
    });
  }
  /// Consumer: takes as many messages as there are and fit; how many.
  std::size_t take_all(std::span<std::byte> into) {
    return slot_copy::with_size(payload_, [&](auto bytes) {
      const std::size_t wanted = into.size() / bytes;
      if (seen_published_ - taken_ < wanted) { sees_messages(); }
      const std::size_t count = std::min<std::uint64_t>(wanted, seen_published_ - taken_);
      if (count == 0) { return count; }
      const std::size_t before_end = std::min<std::uint64_t>(count, count_ - read_at_);
      take_run(into.data(), slot(read_at_, bytes), before_end, bytes);
      if (before_end < count) { take_run(into.data() + before_end * bytes, slots_, count - before_end, bytes); }
      took(count);
      return count;
    });
  }

 private:
  struct Shared {
    alignas(line_pair_bytes) Count published;   ///< stored by the producer
    alignas(line_pair_bytes) Count given_back;  ///< stored by the consumer, once in a while
    alignas(line_pair_bytes) Count taken;       ///< stored by the consumer, for its successor alone
  };

  static std::uint64_t slot_count(const Config& config) {
    return config.capacity + Choice::spare_slots(Choice::give_back_every(config.capacity));
  }

  /// Producer: no free slot, after a second look at the consumer's count if need be.
  bool is_full() { return sent_ == full_at_ && !sees_room(); }
  /// Consumer: no message, after a second look at the producer's count if need be.
  bool is_empty() { return taken_ == seen_published_ && !sees_messages(); }

  // Out of line, so that the calls are small enough to be inlined.
  [[gnu::noinline]] bool sees_room() {
    if constexpr (Choice::holds_back && Choice::publishes_when_full) { publish_rest(); }  // it may be all that there is
    // acquire: pairs with the release in give_back(): the messages there have been read.
    full_at_ = shared_.given_back.load(std::memory_order_acquire) + count_;
    return sent_ != full_at_;
  }
  [[gnu::noinline]] bool sees_messages() {
    // acquire: pairs with the release in publish().
    seen_published_ = shared_.published.load(std::memory_order_acquire);
    if (taken_ != seen_published_) { return true; }
    if constexpr (Choice::settles_when_empty) { give_back(); }
    return false;
  }
  [[gnu::noinline]] void find_slot() {
    for (Patience<Env> patience; !sees_room();) { patience.poll(); }
  }
  [[gnu::noinline]] void find_message() {
    slip_.keep();
    if (sees_messages()) { return slip_.found(seen_published_ - taken_); }
    slip_.found_nothing();
    for (Patience<Env> patience; !sees_messages();) { patience.poll(); }
  }

  void put(std::span<const std::byte> message) {
    slot_copy::with_size(payload_, [&](auto bytes) {
      slot_copy::fill<Env>(slot(write_at_, bytes), message.data(), bytes);
      ask_ahead(bytes);
    });
    sent(1);
  }
  void take(std::span<std::byte> into) {
    slot_copy::with_size(payload_, [&](auto bytes) { Env::copy_out(into.data(), slot(read_at_, bytes), bytes); });
    took(1);
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
    const std::size_t stride = slot_copy::stride(bytes);
    if (full_at_ - sent_ < lines_ahead::least_free(stride)) { return; }
    lines_ahead::ask_for<Env>(slot(after(write_at_, lines_ahead::slots_ahead(stride)), bytes), stride);
  }
  /// Producer: asks for the lines of what the next call may fill, up to the ring's end, as far as its slots are known to be free: they come while the
  /// caller makes the messages, instead of one after the other as they are stored to.
  void ask_for_next(std::uint64_t messages, auto bytes) const {
    if (bytes > lines_ahead::longest_message) { return; }
    const std::uint64_t slots = std::min({messages, full_at_ - sent_, count_ - write_at_});
    lines_ahead::ask_for_whole<Env>(slot(write_at_, bytes), slots * slot_copy::stride(bytes));
  }
  /// Neighbouring slots: in one copy where nothing lies between their messages, but messages of a line word by word (see slot_copy::fill), the lines
  /// being asked for ahead. (Shorter ones are slower by words: several share a line.) Out of line: inlined beside the code for other sizes, messages of a
  /// line took 14 % longer.
  [[gnu::noinline]] static void put_run(std::byte* slots, const std::byte* messages, std::size_t count, auto bytes) {
    const std::size_t stride = slot_copy::stride(bytes);
    if (stride == bytes && bytes != cache_line_bytes) { return Env::copy_in(slots, messages, count * bytes); }
    for (std::size_t i = 0; i < count; ++i) {
      if (bytes == cache_line_bytes && i + lines_ahead::slots_ahead(stride) < count) {
        lines_ahead::ask_for<Env>(slots + (i + lines_ahead::slots_ahead(stride)) * stride, stride);
      }
      slot_copy::fill<Env>(slots + i * stride, messages + i * bytes, bytes);
    }
  }
  static void take_run(std::byte* into, const std::byte* slots, std::size_t count, std::size_t bytes) {
    if (slot_copy::stride(bytes) == bytes) { return Env::copy_out(into, slots, count * bytes); }
    for (std::size_t i = 0; i < count; ++i) { Env::copy_out(into + i * bytes, slots + i * slot_copy::stride(bytes), bytes); }
  }

  /// Producer: so many more are in their slots.
  void sent(std::uint64_t messages) {
    sent_ += messages;
    write_at_ = after(write_at_, messages);
    if constexpr (Choice::holds_back) {
      if (sent_ - published_ < publish_every_) { return; }
    }
    publish();
  }
  void publish() {
    if constexpr (Choice::holds_back) { published_ = sent_; }
    // release: pairs with the acquire in sees_messages(): what was put into the slots is visible.
    shared_.published.store(sent_, std::memory_order_release);
  }
  /// Consumer: so many more have been read.
  void took(std::uint64_t messages) {
    taken_ += messages;
    read_at_ = after(read_at_, messages);
    // release: pairs with the acquire of the consumer's successor as it attaches.
    // audit, release: for who takes over from another, which the scenario tells that it may
    // audit, the store: likewise; `shmlab crash` shows that it is needed
    shared_.taken.store(taken_, std::memory_order_release);
    if (taken_ - given_back_ >= give_back_every_) { give_back(); }
  }
  void give_back() {
    if (given_back_ == taken_) { return; }
    given_back_ = taken_;
    // release: pairs with the acquire in sees_room(): the slots have been read.
    shared_.given_back.store(taken_, std::memory_order_release);
  }
  [[nodiscard]] std::uint64_t after(std::uint64_t at, std::uint64_t messages) const {
    return at + messages >= count_ ? at + messages - count_ : at + messages;
  }
  [[nodiscard]] std::byte* slot(std::uint64_t at, std::size_t payload) const { return slots_ + at * slot_copy::stride(payload); }

  Shared& shared_;
  std::byte* slots_;
  std::size_t payload_;
  std::uint64_t count_;  ///< of slots
  std::uint64_t publish_every_;
  std::uint64_t give_back_every_;
  std::uint64_t sent_;            ///< producer
  std::uint64_t published_;       ///< producer: `sent_` when it last told the consumer
  std::uint64_t given_back_;      ///< consumer: `taken_` when it last told the producer
  std::uint64_t full_at_;         ///< producer: `sent_` at which the ring is full, by the last look at the consumer's count
  std::uint64_t taken_;           ///< consumer
  std::uint64_t seen_published_;  ///< consumer: the last look at the producer's count
  std::uint64_t write_at_;        ///< producer: the slot of count `sent_`
  std::uint64_t read_at_;         ///< consumer: the slot of count `taken_`
  TemporalSlip<Env> slip_;        ///< the consumer's; the producer finds a quarter of the ring free, or nothing
};

}  // namespace shmlab::strategies::lagging_ring
