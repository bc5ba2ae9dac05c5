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
#include "strategies/parts/event_count.hpp"

namespace shmlab::strategies::mpmc_ring {

/// Bounded queue for any number of producers and consumers: each cell has a number that says whose turn it is there. A producer takes the next
/// position, fills the cell and sets its number to the position plus 1; a consumer takes the next position that has been filled so, empties the
/// cell and sets its number to that of the producer of the next round.
///
/// Whoever finds the turn of a cell not come asks the other side's positions too: if somebody has taken the position and is at work, it is not
/// empty (not full), and one waits for that one. Vyukov's queue says "empty" there, even beside messages that others have sent completely, which is no
/// order of a queue. So somebody who stands still between reserve() and commit() holds consumers up, and who dies there does so for ever; likewise
/// between front() and release().
/// The capacity is rounded up to a power of two, at least 2. Positions come round at 2^64.
template <class Env, class Event>
class Ring {
 public:
  static Footprint footprint(const Config& config) {
    return {sizeof(Shared) + cell_count(config) * stride(config), alignof(Shared)};
  }
  static void create(void* memory, const Config& config) {
    const std::uint64_t first = config.first_sequence;
    auto* shared = new (memory) Shared{.sent{Word{first}}, .received{Word{first}}, .arrival{}, .room{}};
    const std::uint64_t cells = cell_count(config);
    for (std::uint64_t i = 0; i < cells; ++i) {
      const std::uint64_t at = (first + i) & (cells - 1);
      new (reinterpret_cast<std::byte*>(shared + 1) + at * stride(config)) Word{first + i};
    }
  }
  Ring(void* memory, const Config& config, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))),
        cells_(static_cast<std::byte*>(memory) + sizeof(Shared)),
        payload_(config.payload_bytes),
        stride_(stride(config)),
        capacity_(cell_count(config)) {
    shared_.arrival.attach();
    shared_.room.attach();
  }

  std::span<std::byte> reserve() {
    if (!take(shared_.sent, 0, shared_.received, capacity_)) { return {}; }
    return {slot(), payload_};
  }
  /// release: pairs with the acquire in take() of a consumer.
  void commit() {
    turn(mine_).store(mine_ + 1, std::memory_order_release);
    shared_.arrival.signal();
  }

  std::span<const std::byte> front() {
    if (!take(shared_.received, 1, shared_.sent, 0)) { return {}; }
    return {slot(), payload_};
  }
  /// release: pairs with the acquire in take() of a producer.
  void release() {
    turn(mine_).store(mine_ + capacity_, std::memory_order_release);
    shared_.room.signal();
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
    shared_.room.await([&] { return try_send(message); });
  }
  void receive(std::span<std::byte> into) {
    shared_.arrival.await([&] { return try_receive(into); });
  }

 private:
  using Word = typename Env::template Atomic<std::uint64_t>;
  struct Shared {
    alignas(line_pair_bytes) Word sent;      ///< positions that producers have taken
    alignas(line_pair_bytes) Word received;  ///< and consumers
    alignas(line_pair_bytes) Event arrival;  ///< of a message; signalled by producers
    alignas(line_pair_bytes) Event room;     ///< for a message; signalled by consumers
  };

  static std::uint64_t cell_count(const Config& config) { return std::bit_ceil(std::max<std::uint64_t>(config.capacity, 2)); }
  static std::size_t stride(const Config& config) { return align_up(sizeof(Word) + config.payload_bytes, alignof(Word)); }

  /// Takes the next of the positions, once the number of its cell is `ahead` of it; false: it is not, and the other side, which is at most
  /// `distance` positions behind, has not taken the one that has to come before.
  bool take(Word& positions, std::uint64_t ahead, const Word& others, std::uint64_t distance) {
    // relaxed, here and in the exchange: a position orders nothing; the number of the cell does.
    // audit, another look: an old position fits no cell's number, and is looked at again
    std::uint64_t position = positions.load(std::memory_order_relaxed);
    for (Patience<Env> patience;;) {
      // acquire: pairs with the release in commit() or release().
      const std::uint64_t number = turn(position).load(std::memory_order_acquire);
      if (number == position + ahead) {
        if (positions.compare_exchange_weak(position, position + 1, std::memory_order_relaxed, std::memory_order_relaxed)) {
          mine_ = position;
          return true;
        }
        continue;
      }
      // relaxed: where the other side's call is known to be over, so is what it took.
      const bool is_awaited = others.load(std::memory_order_relaxed) + distance == position;
      const std::uint64_t now = positions.load(std::memory_order_relaxed);
      if (now == position && is_awaited) { return false; }
      if (now == position) { patience.poll(); }
      position = now;
    }
  }

  [[nodiscard]] std::byte* cell(std::uint64_t position) const { return cells_ + (position & (capacity_ - 1)) * stride_; }
  [[nodiscard]] Word& turn(std::uint64_t position) const { return *std::launder(reinterpret_cast<Word*>(cell(position))); }
  [[nodiscard]] std::byte* slot() const { return cell(mine_) + sizeof(Word); }

  Shared& shared_;
  std::byte* cells_;
  std::size_t payload_;
  std::size_t stride_;
  std::uint64_t capacity_;  ///< a power of two
  std::uint64_t mine_ = 0;  ///< the position between reserve() and commit(), or front() and release()
};

inline constexpr const char* source = "Vyukov, Bounded MPMC queue, 1024cores.net, 2010";

/// The ring whose waits poll.
template <class Env>
class MpmcRing : public Ring<Env, PolledEvent<Env>> {
 public:
  static constexpr Descriptor descriptor{
      .name = "mpmc_ring",
      .summary = "bounded queue of cells with turn numbers, for any number of producers and consumers; waits by polling",
      .source = source,
      .waiting = Waiting::spins,
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::blocks, .consumer = OnDeath::blocks}};

  using Ring<Env, PolledEvent<Env>>::Ring;
};

using Plugins = Variants<MpmcRing>;

}  // namespace shmlab::strategies::mpmc_ring
