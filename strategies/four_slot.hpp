#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::four_slot {

/// Simpson's fully asynchronous buffer: two pairs of slots. The writer keeps away from the pair that is being read, and within a pair from the slot
/// that was written last; so neither ever waits or tries again, and slots are copied as ordinary memory, since nobody writes where another reads.
/// One writer and one reader. What the reader gets never goes back.
///
/// All words are written and read in one order that everybody agrees on: the reader's announcement of a pair comes before its look at the
/// pair's slot, and the writer's turn of that slot before its next look at the announcement.
template <class Env>
class FourSlot {
 public:
  static constexpr Descriptor descriptor{
      .name = "four_slot",
      .summary = "two pairs of slots; one writer and one reader, neither of whom ever waits or tries again",
      .source = "Simpson, Four-slot fully asynchronous communication mechanism, IEE Proceedings E 137(1), 1990",
      .limits = {.writers = 1, .readers = 1},
      .waiting = Waiting::never,
      .contract = {.writer = OnDeath::unaffected, .reader = OnDeath::unaffected}};

  static Footprint footprint(const Config& config) { return {sizeof(Shared) + slots * stride(config), line_pair_bytes}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }  // the slots are zero
  FourSlot(void* memory, const Config& config, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))),
        slots_(static_cast<std::byte*>(memory) + sizeof(Shared)),
        stride_(stride(config)),
        payload_(config.payload_bytes) {}

  void publish(std::span<const std::byte> value) {
    // seq_cst: after the turn of a slot in the last publish(); an acquire, which pairs with the announcement in read().
    const std::uint32_t pair = 1 - shared_.reading.load(std::memory_order_seq_cst);
    // relaxed: the writer alone turns it.
    // audit, another look: whoever has written once knows what is there
    const std::uint32_t index = 1 - shared_.written[pair].load(std::memory_order_relaxed);
    Env::copy_in(slot(pair, index), value.data(), payload_);
    // seq_cst: before the next look at the announcement; a release, which pairs with the load in read().
    shared_.written[pair].store(index, std::memory_order_seq_cst);
    // release: pairs with the acquire in read().
    shared_.latest.store(pair, std::memory_order_release);
  }

  std::uint64_t read(std::span<std::byte> into) {
    // acquire: pairs with the release in publish().
    const std::uint32_t pair = shared_.latest.load(std::memory_order_acquire);
    // seq_cst: before the look at the pair's slot; a release, which pairs with the load in publish(): the last read is over.
    shared_.reading.store(pair, std::memory_order_seq_cst);
    // seq_cst: after the announcement; an acquire, which pairs with the turn in publish().
    const std::uint32_t index = shared_.written[pair].load(std::memory_order_seq_cst);
    Env::copy_out(into.data(), slot(pair, index), payload_);
    return 0;
  }

 private:
  using Word = typename Env::template Atomic<std::uint32_t>;
  static constexpr std::size_t slots = 4;

  struct Shared {
    alignas(line_pair_bytes) std::array<Word, 2> written{};  ///< of each pair, the slot that was written last
    Word latest{0};                                          ///< the pair that was written last
    alignas(line_pair_bytes) Word reading{0};                ///< the pair that is being read, or was last
  };

  static std::size_t stride(const Config& config) { return align_up(config.payload_bytes, line_pair_bytes); }
  [[nodiscard]] std::byte* slot(std::uint32_t pair, std::uint32_t index) const { return slots_ + (2 * pair + index) * stride_; }

  Shared& shared_;
  std::byte* slots_;
  std::size_t stride_;
  std::size_t payload_;
};

using Plugins = Variants<FourSlot>;

}  // namespace shmlab::strategies::four_slot
