#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::triple_buffer {

/// Three slots: the writer's, the reader's, and one between them. The writer fills its own and swaps it for the one between; the reader does the
/// same when there is something new. So each works in a slot that is its alone, and slots are copied as ordinary memory. One writer and one
/// reader; neither waits for the other: a swap is tried again only when the other one's swap came in between, and of those there is one at a
/// time. What the reader gets never goes back.
///
/// One word says who has which slot, and every swap is one change of it: whoever dies, each slot is somebody's, and who takes the place
/// of the dead finds its slot there. A value that was being written is lost.
template <class Env>
class TripleBuffer {
 public:
  static constexpr Descriptor descriptor{
      .name = "triple_buffer",
      .summary = "three slots that change hands by one word; one writer and one reader, neither waits for the other",
      .source = "Chen and Burns, A Three-Slot Asynchronous Reader/Writer Mechanism, University of York YCS-286, 1997 (the idea)",
      .limits = {.writers = 1, .readers = 1},
      .waiting = Waiting::never,
      .contract = {.writer = OnDeath::unaffected, .reader = OnDeath::unaffected}};

  static Footprint footprint(const Config& config) { return {sizeof(Shared) + slots * stride(config), line_pair_bytes}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }  // the slots are zero
  TripleBuffer(void* memory, const Config& config, Participant /*self*/)
      : roles_(std::launder(static_cast<Shared*>(memory))->roles),
        slots_(static_cast<std::byte*>(memory) + sizeof(Shared)),
        stride_(stride(config)),
        payload_(config.payload_bytes) {}

  void publish(std::span<const std::byte> value) {
    // relaxed: the writer's slot is changed by the writer alone, and the swap looks again.
    // audit, another look: as in seqlock
    std::uint32_t roles = roles_.load(std::memory_order_relaxed);
    Env::copy_in(slot(roles >> writers_at & slot_mask), value.data(), payload_);
    // release: pairs with the acquire in read(). acquire: pairs with the release there: the slot has been read. relaxed on failure: says
    // only what to try.
    while (!roles_.compare_exchange_weak(roles, swapped(roles, writers_at) | is_new, std::memory_order_acq_rel,
                                         std::memory_order_relaxed)) {}
  }

  std::uint64_t read(std::span<std::byte> into) {
    // relaxed: the reader's slot is changed by the reader alone, and the swap looks again.
    std::uint32_t roles = roles_.load(std::memory_order_relaxed);
    if ((roles & is_new) != 0) { ask_for(slot(roles >> between_at & slot_mask)); }
    while ((roles & is_new) != 0) {
      const std::uint32_t mine = swapped(roles, readers_at) & ~is_new;
      // acquire, release: as in publish(), the other way round.
      if (roles_.compare_exchange_weak(roles, mine, std::memory_order_acq_rel, std::memory_order_relaxed)) {
        roles = mine;
        break;
      }
    }
    Env::copy_out(into.data(), slot(roles >> readers_at & slot_mask), payload_);
    return 0;
  }

 private:
  static constexpr std::size_t slots = 3;
  static constexpr std::size_t most_asked_for = 8 * cache_line_bytes;
  // The word: the numbers of three slots, and whether the one between holds something that the reader has not had.
  static constexpr std::uint32_t slot_mask = 3;
  static constexpr std::uint32_t between_at = 0;
  static constexpr std::uint32_t writers_at = 2;
  static constexpr std::uint32_t readers_at = 4;
  static constexpr std::uint32_t is_new = 1U << 6U;
  static constexpr std::uint32_t at_first = 0U << between_at | 1U << writers_at | 2U << readers_at;

  using Word = typename Env::template Atomic<std::uint32_t>;
  struct Shared {
    alignas(line_pair_bytes) Word roles{at_first};
  };

  /// The slot between and that one change places.
  static constexpr std::uint32_t swapped(std::uint32_t roles, std::uint32_t at) {
    const std::uint32_t differing = (roles >> between_at ^ roles >> at) & slot_mask;
    return roles ^ differing << between_at ^ differing << at;
  }
  static std::size_t stride(const Config& config) { return align_up(config.payload_bytes, line_pair_bytes); }
  /// Reader: asks for the first lines of the slot that it is about to get. No load passes the swap, but they may come while it is under way. (512 bytes: on an
  /// Intel Xeon reads of 8 bytes to 4 KiB take 1 to 6 % less time with it. Asking for all lines of 1 KiB, they take 4 % more: a CPU has few lines
  /// under way at a time, and the word's is another.)
  void ask_for(const std::byte* slot) const {
    for (std::size_t at = 0; at < std::min(payload_, most_asked_for); at += cache_line_bytes) {
      Env::prefetch_for_read(slot + at);
    }
  }
  [[nodiscard]] std::byte* slot(std::uint32_t number) const { return slots_ + number * stride_; }

  Word& roles_;
  std::byte* slots_;
  std::size_t stride_;
  std::size_t payload_;
};

using Plugins = Variants<TripleBuffer>;

}  // namespace shmlab::strategies::triple_buffer
