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

namespace shmlab::strategies::mpsc_ring {

/// How a producer makes the next position its own; `at` is where it believes that to be, and is where it is when it was not.
struct Claims {
  template <class Word>
  static bool claim(Word& sent, std::uint64_t& at) {
    // relaxed, both: a position orders nothing; the sequence number of its cell does.
    return sent.compare_exchange_weak(at, at + 1, std::memory_order_relaxed, std::memory_order_relaxed);
  }
};

/// Bounded queue for any number of producers and one consumer. A producer claims the next position, fills its cell and stores the cell's sequence
/// number: the position plus 1. The consumer, which nobody competes with, reads the cells in turn and writes to none of them; it gives
/// them back through a count of its own, a few at a time and whenever it finds nothing, and there are so many cells beyond the capacity
/// as it may owe. So the producers share one line with each other, and one more with the consumer once in a while.
///
/// A consumer that finds the next cell not filled and its position claimed waits for that producer: behind it may lie messages that others have
/// sent completely, and "empty" would be no answer of a queue. So a producer that stands still between reserve() and commit() holds the consumer
/// up, and one that dies there does so for ever.
/// The number of cells is a power of two. Positions come round at 2^64.
template <class Env, class Choice = Claims>
class Ring {
 public:
  static Footprint footprint(const Config& config) {
    return {sizeof(Shared) + cell_count(config) * stride(config), alignof(Shared)};
  }
  static void create(void* memory, const Config& config) {
    const std::uint64_t first = config.first_sequence;
    auto* shared = new (memory) Shared{.sent{Word{first}}, .given_back{Word{first}}, .taken{Word{first}}};
    const std::uint64_t cells = cell_count(config);
    for (std::uint64_t i = 0; i < cells; ++i) {
      // Any number but the one that says that the cell is filled.
      const std::uint64_t at = (first + i) & (cells - 1);
      new (reinterpret_cast<std::byte*>(shared + 1) + at * stride(config)) Word{first + i};
    }
  }
  Ring(void* memory, const Config& config, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))),
        cells_(static_cast<std::byte*>(memory) + sizeof(Shared)),
        payload_(config.payload_bytes),
        stride_(stride(config)),
        count_(cell_count(config)),
        give_back_every_(give_back_every(config.capacity)),
        // acquire: pairs with the release in give_back(): the messages there have been read.
        // audit, acquire: for a producer that comes while cells come round, which is in no small scenario
        // audit, another look: an endpoint looks once, as it attaches
        given_back_(shared_.given_back.load(std::memory_order_acquire)),
        // acquire: pairs with the release in release() of the consumer before, whose cells the caller gives back.
        // audit, acquire: for who takes over from another, which the scenario tells that it may
        // audit, another look: an endpoint looks once, as it attaches
        taken_(shared_.taken.load(std::memory_order_acquire)) {}

  std::span<std::byte> reserve() {
    // relaxed: only says what to try.
    // audit, another look: with an old answer the claim fails, which looks
    std::uint64_t at = shared_.sent.load(std::memory_order_relaxed);
    do {
      if (!has_room(at)) { return {}; }
    } while (!Choice::claim(shared_.sent, at));
    mine_ = at;
    return {message(mine_), payload_};
  }
  /// release: pairs with the acquire in is_filled().
  void commit() { sequence(mine_).store(mine_ + 1, std::memory_order_release); }

  std::span<const std::byte> front() {
    for (Patience<Env> patience; !is_filled(); patience.poll()) {
      // relaxed: where the call of a producer is known to be over, so is what it claimed.
      if (shared_.sent.load(std::memory_order_relaxed) != taken_) { continue; }
      if (given_back_ != taken_) { give_back(); }
      return {};
    }
    return {message(taken_), payload_};
  }
  void release() {
    // release: pairs with the acquire of the consumer's successor as it attaches.
    // audit, release: for who takes over from another, which the scenario tells that it may
    // audit, the store: likewise; `shmlab crash` shows that it is needed
    shared_.taken.store(++taken_, std::memory_order_release);
    if (taken_ - given_back_ >= give_back_every_) { give_back(); }
  }

  bool try_send(std::span<const std::byte> from) {
    const std::span<std::byte> slot = reserve();
    if (slot.empty()) { return false; }
    Env::copy_in(slot.data(), from.data(), payload_);
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
  void send(std::span<const std::byte> from) {
    for (Patience<Env> patience; !try_send(from);) { patience.poll(); }
  }
  void receive(std::span<std::byte> into) {
    if (!is_filled()) { await_message(); }
    Env::copy_out(into.data(), message(taken_), payload_);
    release();
  }

 private:
  using Word = typename Env::template Atomic<std::uint64_t>;
  struct Shared {
    alignas(line_pair_bytes) Word sent;        ///< positions that producers have claimed
    alignas(line_pair_bytes) Word given_back;  ///< stored by the consumer, once in a while
    alignas(line_pair_bytes) Word taken;       ///< stored by the consumer, for its successor alone
  };

  static std::uint64_t give_back_every(std::uint64_t capacity) { return std::clamp<std::uint64_t>(capacity / 4, 2, 256); }
  static std::uint64_t cell_count(const Config& config) {
    return std::bit_ceil(config.capacity + give_back_every(config.capacity));
  }
  static std::size_t stride(const Config& config) { return align_up(sizeof(Word) + config.payload_bytes, alignof(Word)); }

  /// Producer: the cell of the position is free, after a second look at the consumer's count if need be. That may have passed a position that
  /// others have claimed meanwhile, which the claim then shows.
  bool has_room(std::uint64_t at) {
    if (in_use(at) < static_cast<std::int64_t>(count_)) { return true; }
    // acquire: pairs with the release in give_back(): the messages there have been read.
    given_back_ = shared_.given_back.load(std::memory_order_acquire);
    return in_use(at) < static_cast<std::int64_t>(count_);
  }
  [[nodiscard]] std::int64_t in_use(std::uint64_t at) const { return static_cast<std::int64_t>(at - given_back_); }
  /// Consumer. acquire: pairs with the release in commit(): the message is there.
  [[nodiscard]] bool is_filled() const { return sequence(taken_).load(std::memory_order_acquire) == taken_ + 1; }
  /// Looks at the cell alone: who waits anyway need not know whether a producer has claimed it, and leaves the producers' line to them.
  [[gnu::noinline]] void await_message() {
    if (given_back_ != taken_) { give_back(); }
    Patience<Env> patience;
    do { patience.poll(); } while (!is_filled());
  }
  void give_back() {
    given_back_ = taken_;
    // release: pairs with the acquire in has_room(): the cells have been read.
    shared_.given_back.store(taken_, std::memory_order_release);
  }

  [[nodiscard]] std::byte* cell(std::uint64_t at) const { return cells_ + (at & (count_ - 1)) * stride_; }
  [[nodiscard]] Word& sequence(std::uint64_t at) const { return *std::launder(reinterpret_cast<Word*>(cell(at))); }
  [[nodiscard]] std::byte* message(std::uint64_t at) const { return cell(at) + sizeof(Word); }

  Shared& shared_;
  std::byte* cells_;
  std::size_t payload_;
  std::size_t stride_;
  std::uint64_t count_;  ///< of cells, a power of two
  std::uint64_t give_back_every_;
  std::uint64_t given_back_;  ///< producer: by the last look; consumer: `taken_` when it last told the producers
  std::uint64_t taken_;       ///< consumer
  std::uint64_t mine_ = 0;    ///< producer: the position between reserve() and commit()
};

/// The ring as it should be.
template <class Env>
class MpscRing : public Ring<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "mpsc_ring",
      .summary = "bounded queue of cells with sequence numbers, for any number of producers and one consumer; waits by polling",
      .source =
          "Vyukov, Bounded MPMC queue, 1024cores.net, 2010, with one consumer, which gives cells back in batches: Lee, Bu, "
          "Chandranmenon, "
          "ANCS 2009",
      .limits = {.readers = 1},
      .waiting = Waiting::spins,
      // What a consumer owed, its successor gives back.
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::blocks, .consumer = OnDeath::unaffected}};

  using Ring<Env>::Ring;
};

using Plugins = Variants<MpscRing>;

}  // namespace shmlab::strategies::mpsc_ring
