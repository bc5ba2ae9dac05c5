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
#include "strategies/parts/lines_ahead.hpp"
#include "strategies/parts/temporal_slip.hpp"

namespace shmlab::strategies::record_ring {

/// What a record costs beside itself.
struct Padded {
  /// Whether the consumer gives back, with the first record of a round, the padding at the end of the round before.
  static constexpr bool gives_back_padding = true;
};

/// Ring of bytes between one producer and one consumer, for records of any length up to Config::payload_bytes, 0 excluded. Each lies in one piece,
/// behind a word with its length, at a multiple of 8 bytes. Where a record does not fit before the end, a length that is none fills the
/// rest, and the record goes to the beginning; both are published together. So what is full depends on the lengths: there is always room for
/// `capacity` records of payload_bytes bytes, and for any one record when the ring is empty.
///
/// As a Channel all records have payload_bytes bytes. For others: reserve(bytes), try_send() and send() of a shorter message; front() gives a record in its
/// length, and try_receive() and receive() want as many bytes as the next record has, or more.
///
/// Two counts of bytes that only grow say what is published and what is given back, modulo 2^64; each side looks at the other's when the ring
/// seems full or empty.
template <class Env, class Choice = Padded>
class Ring {
 public:
  static Footprint footprint(const Config& config) { return {sizeof(Shared) + ring_bytes(config), alignof(Shared)}; }
  static void create(void* memory, const Config& config) {
    new (memory) Shared{.published{Word{config.first_sequence}}, .released{Word{config.first_sequence}}};
  }

  /// Either side may attach again in place of one that left: its count is in the region.
  Ring(void* memory, const Config& config, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))),
        bytes_(static_cast<std::byte*>(memory) + sizeof(Shared)),
        payload_(config.payload_bytes),
        size_(ring_bytes(config)),
        // acquire: pairs with the release in commit() of the producer before.
        // audit, another look: an endpoint looks once, as it attaches
        published_(shared_.published.load(std::memory_order_acquire)),
        // acquire: pairs with the release in release() of the consumer before.
        // audit, another look: an endpoint looks once, as it attaches
        released_(shared_.released.load(std::memory_order_acquire)),
        seen_released_(released_),
        seen_published_(published_),
        write_at_((published_ - config.first_sequence) % size_),
        read_at_((released_ - config.first_sequence) % size_) {}

  /// A record to fill, of 1 to payload_bytes bytes; empty: there is no room for it.
  std::span<std::byte> reserve(std::size_t bytes) {
    const std::uint64_t needed = record_bytes(bytes);
    const std::uint64_t before_end = size_ - write_at_;
    const std::uint64_t padding = needed <= before_end ? 0 : before_end;
    if (!has_room(padding + needed)) { return {}; }
    if (padding != 0) { put_length(write_at_, is_padding); }
    const std::uint64_t at = padding == 0 ? write_at_ : 0;
    put_length(at, bytes);
    reserved_ = padding + needed;
    return {bytes_ + at + length_bytes, bytes};
  }
  std::span<std::byte> reserve() { return reserve(payload_); }
  void commit() {
    ask_ahead();
    published_ += reserved_;
    write_at_ = after(write_at_, reserved_);
    // release: pairs with the acquire in is_empty(): record, length and padding are there.
    shared_.published.store(published_, std::memory_order_release);
  }

  std::span<const std::byte> front() {
    if (is_empty()) { return {}; }
    std::uint64_t at = read_at_;
    std::uint64_t length = length_at(at);
    std::uint64_t padding = 0;
    if (length == is_padding) {
      padding = size_ - at;
      at = 0;
      length = length_at(at);
    }
    behind_ = after(at, record_bytes(length));
    in_hand_ = (Choice::gives_back_padding ? padding : 0) + record_bytes(length);
    return {bytes_ + at + length_bytes, length};
  }
  void release() {
    released_ += in_hand_;
    read_at_ = behind_;
    // release: pairs with the acquire in has_room(): the record has been read.
    shared_.released.store(released_, std::memory_order_release);
  }

  bool try_send(std::span<const std::byte> message) {
    const std::span<std::byte> record = reserve(message.size());
    if (record.empty()) { return false; }
    Env::copy_in(record.data(), message.data(), message.size());
    commit();
    return true;
  }
  bool try_receive(std::span<std::byte> into) {
    const std::span<const std::byte> record = front();
    if (record.empty()) { return false; }
    Env::copy_out(into.data(), record.data(), record.size());
    release();
    return true;
  }
  void send(std::span<const std::byte> message) {
    for (Patience<Env> patience; !try_send(message);) { patience.poll(); }
  }
  void receive(std::span<std::byte> into) {
    if (released_ == seen_published_) { find_record(); }
    try_receive(into);
  }

 private:
  using Word = typename Env::template Atomic<std::uint64_t>;
  struct Shared {
    alignas(line_pair_bytes) Word published;  ///< stored by the producer
    alignas(line_pair_bytes) Word released;   ///< stored by the consumer
  };
  static constexpr std::size_t length_bytes = sizeof(std::uint64_t);
  static constexpr std::size_t shortest_record = 2 * length_bytes;
  static constexpr std::uint64_t is_padding = std::numeric_limits<std::uint64_t>::max();

  static constexpr std::uint64_t record_bytes(std::uint64_t length) {
    return length_bytes + align_up(length, alignof(std::uint64_t));
  }
  /// The largest records that are promised room, and what the last of them leaves unused at the end at most.
  static std::uint64_t ring_bytes(const Config& config) {
    return (std::uint64_t{config.capacity} + 1) * record_bytes(config.payload_bytes) - length_bytes;
  }

  /// Producer: after a second look at the consumer's count if need be.
  bool has_room(std::uint64_t needed) {
    if (size_ - (published_ - seen_released_) >= needed) { return true; }
    // acquire: pairs with the release in release(): the records there have been read.
    seen_released_ = shared_.released.load(std::memory_order_acquire);
    return size_ - (published_ - seen_released_) >= needed;
  }
  /// Consumer: after a second look at the producer's count if need be.
  bool is_empty() {
    if (released_ != seen_published_) { return false; }
    // acquire: pairs with the release in commit().
    seen_published_ = shared_.published.load(std::memory_order_acquire);
    return released_ == seen_published_;
  }
  // Out of line, so that receive() is small enough to be inlined.
  [[gnu::noinline]] void find_record() {
    slip_.keep();
    if (!is_empty()) { return slip_.found((seen_published_ - released_) / shortest_record); }
    slip_.found_nothing();
    Patience<Env> patience;
    do { patience.poll(); } while (is_empty());
  }
  /// Producer: asks for the lines of a record further on, as one is filled, if it takes as much room and the ring does not end before.
  void ask_ahead() const {
    if (reserved_ > record_bytes(lines_ahead::longest_message)) { return; }
    const std::uint64_t ahead = lines_ahead::slots_ahead(reserved_) * reserved_;
    if (size_ - (published_ - seen_released_) < ahead + reserved_ + cache_line_bytes) { return; }
    const std::uint64_t at = after(write_at_, ahead);
    if (at + reserved_ <= size_) { lines_ahead::ask_for<Env>(bytes_ + at, reserved_); }
  }
  void put_length(std::uint64_t at, std::uint64_t length) { Env::copy_in(bytes_ + at, &length, length_bytes); }
  [[nodiscard]] std::uint64_t length_at(std::uint64_t at) const {
    std::uint64_t length = 0;
    Env::copy_out(&length, bytes_ + at, length_bytes);
    return length;
  }
  [[nodiscard]] std::uint64_t after(std::uint64_t at, std::uint64_t bytes) const {
    return at + bytes >= size_ ? at + bytes - size_ : at + bytes;
  }

  Shared& shared_;
  std::byte* bytes_;
  std::size_t payload_;
  std::uint64_t size_;            ///< of the ring, in bytes
  std::uint64_t published_;       ///< the producer's own count
  std::uint64_t released_;        ///< the consumer's own count
  std::uint64_t seen_released_;   ///< the producer's last look at the consumer's count
  std::uint64_t seen_published_;  ///< the consumer's last look at the producer's count
  std::uint64_t write_at_;        ///< producer: where the next record or padding begins
  std::uint64_t read_at_;         ///< consumer: likewise
  std::uint64_t reserved_ = 0;    ///< producer: bytes of the record between reserve() and commit(), with padding
  std::uint64_t in_hand_ = 0;     ///< consumer: likewise between front() and release()
  std::uint64_t behind_ = 0;      ///< consumer: where the record in hand ends
  /// The consumer's. It counts shortest records: with longer ones it pays the sooner, as each takes a line or part of one.
  TemporalSlip<Env> slip_{lines_ahead::enough_filled(payload_, shortest_record, size_ / shortest_record)};
};

/// The ring as it should be.
template <class Env>
class RecordRing : public Ring<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "record_ring",
      .summary =
          "ring of records of any length between one producer and one consumer, with a length before each and padding at the end",
      .source =
          "Lamport, IEEE TSE 3(2), 1977, over bytes; length word and padding record: Aeron, Agrona's one-to-one ring buffer; the "
          "bip buffer of "
          "Cooke, 2003, keeps records in one piece likewise",
      .limits = {.writers = 1, .readers = 1},
      .waiting = Waiting::spins,
      // One store hands a record over, padding included.
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::unaffected, .consumer = OnDeath::unaffected}};

  using Ring<Env>::Ring;
};

using Plugins = Variants<RecordRing>;

}  // namespace shmlab::strategies::record_ring
