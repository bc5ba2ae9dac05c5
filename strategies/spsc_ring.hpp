#pragma once

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
#include "strategies/parts/common_cpu.hpp"
#include "strategies/parts/lines_ahead.hpp"
#include "strategies/parts/slot_copy.hpp"
#include "strategies/parts/temporal_slip.hpp"
#include "strategies/parts/vain_spins.hpp"

namespace shmlab::strategies::spsc_ring {

/// How many messages one side has handed over, ever: advanced by that side alone, awaited by the other, by polling.
/// 64 bits last 584 years at 10^9 messages a second; where they come round all the same, only differences count.
template <class Env>
class PolledCount {
 public:
  /// What one who waits again and again remembers of it: nothing.
  struct Memory {};
  void attach() {}
  static constexpr bool is_polled() { return true; }
  /// acquire: pairs with the release in advance(): what was done to the slots before it is visible.
  [[nodiscard]] std::uint64_t read() const { return count_.load(std::memory_order_acquire); }
  /// release: pairs with the acquire in read().
  void advance(std::uint64_t to) { count_.store(to, std::memory_order_release); }
  /// Waits until the count is no longer `seen`, and returns it.
  std::uint64_t await_after(std::uint64_t seen, Memory& /*memory*/) const {
    for (Patience<Env> patience;; patience.poll()) {
      if (const std::uint64_t count = read(); count != seen) { return count; }
    }
  }

 private:
  typename Env::template Atomic<std::uint64_t> count_{0};
};

/// The same, but who waits for long sleeps on a futex (at once where both are bound to one CPU), and says so, so that advance() makes a system call for a sleeper only.
/// Who has polled in vain sleeps at once the next times: messages that come now and then cost no more CPU time than their wakes.
///
/// No wake is lost. One side stores the count and then loads the sleeper's word; the other stores its word and then loads the count.
/// All four are sequentially consistent, so in their single order one of the two loads comes after the other side's store: either
/// advance() sees `asleep` and wakes, or await_after() sees the new count and does not sleep. (Release and acquire would let both
/// loads go first.) A wake between the second look and the sleep is not lost either: advance() changes the word before it wakes,
/// and the kernel lets nobody sleep on a word that is not `asleep`.
template <class Env>
class ParkingCount {
 public:
  /// One of seven waits in vain polls at least: where messages come fast again, it is noticed before long.
  struct Memory {
    VainSpins spins{6};
  };
  /// Once by everybody who attaches.
  void attach() { cpu_.attach(); }
  /// Whether a wait polls at all: to pass time helps nobody where the CPU is shared.
  [[nodiscard]] bool is_polled() const { return !cpu_.is_shared(); }
  /// acquire: pairs with advance(), whose seq_cst store is a release too.
  [[nodiscard]] std::uint64_t read() const { return count_.load(std::memory_order_acquire); }

  void advance(std::uint64_t to) {
    // seq_cst: before the load of the word; pairs with the seq_cst load of the count in await_after().
    count_.store(to, std::memory_order_seq_cst);
    // seq_cst: after the store of the count; pairs with the seq_cst store of `asleep` in await_after().
    if (sleeper_.load(std::memory_order_seq_cst) == asleep) {
      // relaxed: carries no data. The sleeper may have come and gone and announced itself again meanwhile; it is woken all the same.
      sleeper_.store(awake, std::memory_order_relaxed);
      Env::futex_wake(sleeper_, the_sleeper);
    }
  }

  std::uint64_t await_after(std::uint64_t seen, Memory& memory) {
    if (is_polled() && memory.spins.is_worth_it()) {
      for (Patience<Env> patience; !patience.exhausted(); patience.poll()) {
        if (const std::uint64_t count = read(); count != seen) {
          memory.spins.succeeded();
          return count;
        }
      }
      memory.spins.failed();
    }
    while (true) {
      // seq_cst: before the load of the count; pairs with the seq_cst load of the word in advance().
      // audit, the store: without it the wait makes system calls, and never sleeps, until there is something: wasteful, not wrong
      sleeper_.store(asleep, std::memory_order_seq_cst);
      // seq_cst: after the store of the word; pairs with the seq_cst store of the count in advance(), as an acquire too.
      const std::uint64_t count = count_.load(std::memory_order_seq_cst);
      if (count != seen) {
        // relaxed: at worst the next advance() still sees `asleep` and makes a needless wake.
        // audit, the store: it spares advance() a needless wake
        sleeper_.store(awake, std::memory_order_relaxed);
        return count;
      }
      Env::futex_wait(sleeper_, asleep);
    }
  }

 private:
  enum Sleeper : std::uint32_t { awake, asleep };
  static constexpr std::uint32_t the_sleeper = 1;

  typename Env::template Atomic<std::uint64_t> count_{0};
  typename Env::template Atomic<std::uint32_t> sleeper_{awake};  ///< on the count's line, which advance() has just written
  CommonCpu<Env> cpu_;
};

/// Ring of slots between one producer and one consumer (Lamport), over two counts that only grow: published - released slots are
/// filled, modulo 2^64. Each side keeps its own count and the last that it saw of the other's in its endpoint, and looks again only when the ring
/// seems full or empty: as long as it does not, the two sides share nothing but the slots and one store a message.
/// The capacity is rounded up to a power of two.
template <class Env, class Count>
class Ring {
 public:
  static Footprint footprint(const Config& config) {
    return {sizeof(Shared) + slot_count(config) * slot_copy::stride(config.payload_bytes), alignof(Shared)};
  }
  static void create(void* memory, const Config& config) {
    auto* shared = new (memory) Shared{};
    shared->published.advance(config.first_sequence);
    shared->released.advance(config.first_sequence);
  }

  /// Either side may attach again in place of one that left: its count is in the region.
  Ring(void* memory, const Config& config, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))),
        slots_(static_cast<std::byte*>(memory) + sizeof(Shared)),
        payload_(config.payload_bytes),
        capacity_(slot_count(config)),
        published_(shared_.published.read()),
        released_(shared_.released.read()),
        seen_released_(released_),
        seen_published_(published_),
        producers_slip_(lines_ahead::enough_free(payload_, slot_copy::stride(payload_), capacity_)),
        consumers_slip_(lines_ahead::enough_filled(payload_, slot_copy::stride(payload_), capacity_)) {
    shared_.published.attach();
    shared_.released.attach();
  }

  std::span<std::byte> reserve() {
    if (is_full()) { return {}; }
    return {slot(published_, payload_), payload_};
  }
  void commit() {
    ask_ahead(payload_);
    publish();
  }

  std::span<const std::byte> front() {
    if (is_empty()) { return {}; }
    return {slot(released_, payload_), payload_};
  }
  void release() { shared_.released.advance(++released_); }

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
    if (published_ - seen_released_ >= capacity_) { find_slot(); }
    put(message);
  }
  void receive(std::span<std::byte> into) {
    if (released_ == seen_published_) { find_message(); }
    take(into);
  }

 private:
  struct Shared {
    alignas(line_pair_bytes) Count published;  ///< advanced by the producer
    alignas(line_pair_bytes) Count released;   ///< advanced by the consumer
  };

  static std::uint64_t slot_count(const Config& config) { return std::bit_ceil(std::uint64_t{config.capacity}); }

  /// Producer: no free slot, after a second look at the consumer's count if need be.
  bool is_full() {
    if (published_ - seen_released_ < capacity_) { return false; }
    seen_released_ = shared_.released.read();
    return published_ - seen_released_ == capacity_;
  }
  /// Consumer: no message, after a second look at the producer's count if need be.
  bool is_empty() {
    if (released_ != seen_published_) { return false; }
    seen_published_ = shared_.published.read();
    return released_ == seen_published_;
  }

  // Out of line, so that send() and receive() are small enough to be inlined.
  [[gnu::noinline]] void find_slot() {
    if (shared_.released.is_polled()) { producers_slip_.keep(); }
    if (!is_full()) { return producers_slip_.found(capacity_ - (published_ - seen_released_)); }
    producers_slip_.found_nothing();
    seen_released_ = shared_.released.await_after(seen_released_, memory_);
  }
  [[gnu::noinline]] void find_message() {
    if (shared_.published.is_polled()) { consumers_slip_.keep(); }
    if (!is_empty()) { return consumers_slip_.found(seen_published_ - released_); }
    consumers_slip_.found_nothing();
    seen_published_ = shared_.published.await_after(seen_published_, memory_);
  }

  void put(std::span<const std::byte> message) {
    slot_copy::with_size(payload_, [&](auto bytes) {
      slot_copy::fill<Env>(slot(published_, bytes), message.data(), bytes);
      ask_ahead(bytes);
    });
    publish();
  }
  void publish() { shared_.published.advance(++published_); }
  /// Producer: asks for the lines of a slot further on, as one is filled.
  template <std::size_t bytes>
  void ask_ahead(std::integral_constant<std::size_t, bytes> constant) const {
    ask(constant);
  }
  /// Out of line, as the waits are.
  [[gnu::noinline]] void ask_ahead(std::size_t bytes) const { ask(bytes); }
  void ask(auto bytes) const {
    if (bytes > lines_ahead::longest_message) { return; }
    const std::size_t stride = slot_copy::stride(bytes);
    if (published_ - seen_released_ + lines_ahead::least_free(stride) > capacity_) { return; }
    lines_ahead::ask_for<Env>(slot(published_ + lines_ahead::slots_ahead(stride), bytes), stride);
  }
  void take(std::span<std::byte> into) {
    slot_copy::with_size(payload_, [&](auto bytes) { Env::copy_out(into.data(), slot(released_, bytes), bytes); });
    release();
  }

  [[nodiscard]] std::byte* slot(std::uint64_t count, std::size_t payload) const {
    return slots_ + (count & (capacity_ - 1)) * slot_copy::stride(payload);
  }

  Shared& shared_;
  std::byte* slots_;
  std::size_t payload_;
  std::uint64_t capacity_;        ///< a power of two
  std::uint64_t published_;       ///< the producer's own count
  std::uint64_t released_;        ///< the consumer's own count
  std::uint64_t seen_released_;   ///< the producer's last look at the consumer's count
  std::uint64_t seen_published_;  ///< the consumer's last look at the producer's count
  TemporalSlip<Env> producers_slip_;
  TemporalSlip<Env> consumers_slip_;
  [[no_unique_address]] typename Count::Memory memory_;
};

inline constexpr Limits one_to_one{.writers = 1, .readers = 1};
inline constexpr const char* source =
    "Lamport, Proving the Correctness of Multiprocess Programs, IEEE TSE 3(2), 1977; cached counts: Lee, Bu, Chandranmenon, "
    "A Lock-Free, Cache-Efficient Shared Ring Buffer, ANCS 2009";

/// The ring whose waits poll.
template <class Env>
class SpscRing : public Ring<Env, PolledCount<Env>> {
 public:
  static constexpr Descriptor descriptor{
      .name = "spsc_ring",
      .summary = "lock-free ring between one producer and one consumer, with cached counts; waits by polling",
      .source = source,
      .limits = one_to_one,
      .waiting = Waiting::spins,
      // One store hands a message over. A message being filled is lost, one being taken is still there for a newcomer.
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::unaffected, .consumer = OnDeath::unaffected}};

  using Ring<Env, PolledCount<Env>>::Ring;
};

using Plugins = Variants<SpscRing>;

}  // namespace shmlab::strategies::spsc_ring
