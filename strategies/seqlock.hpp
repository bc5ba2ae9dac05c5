#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "contract/atomic_words.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::seqlock {

/// The latest value behind a sequence number that is odd while the value is being written: readers copy, and throw the copy away when
/// the number has changed meanwhile. They never write shared memory and never hold the writer up; the writer may hold them up.
/// Any payload size: the value lies in relaxed atomic 64-bit words, so a copy that overlaps a write is no data race.
///
/// Why a copy that is kept is whole:
/// - Nothing newer: were a word of it from a later write, the relaxed load of that word would make the release fence in publish()
///   synchronise with the acquire fence in read(), the odd number before that fence would be visible, and the second check would
///   fail.
/// - Nothing older: the first load (acquire) read the even number that the writer stored (release) after all words of that value.
///
/// A writer that dies half-way leaves the number odd and its readers waiting; the next publish() keeps it odd until its own value is
/// whole, so a newcomer repairs the state by publishing.
template <class Env>
class Seqlock {
 public:
  static constexpr Descriptor descriptor{
      .name = "seqlock",
      .summary = "sequence number around relaxed atomic words; readers retry, one writer never waits",
      .source = "Boehm, Can Seqlocks Get Along with Programming Language Memory Models?, MSPC 2012",
      .limits = {.writers = 1},
      .waiting = Waiting::spins,
      .contract = {.waiter = OnDeath::unaffected, .writer = OnDeath::blocks, .reader = OnDeath::unaffected}};

  static Footprint footprint(const Config& config) {
    return {sizeof(Shared) + AtomicWords<Env>::bytes_for(config.payload_bytes), line_pair_bytes};
  }
  static void create(void* memory, const Config& config) {
    auto* shared = new (memory) Shared{.sequence = Word{config.first_sequence & ~being_written}};
    AtomicWords<Env>::create(shared + 1, config.payload_bytes);
  }

  Seqlock(void* memory, const Config& config, Participant /*self*/)
      : sequence_(std::launder(static_cast<Shared*>(memory))->sequence),
        words_(static_cast<std::byte*>(memory) + sizeof(Shared), config.payload_bytes) {}

  void publish(std::span<const std::byte> value) {
    // relaxed: there is one writer at a time; a former writer's number is visible through whatever handed the role over.
    // audit, another look: for the writer that takes over from another, which no scenario of the explorer does
    const std::uint64_t writing = sequence_.load(std::memory_order_relaxed) | being_written;
    // relaxed: the fence orders it before the words.
    sequence_.store(writing, std::memory_order_relaxed);
    // release: pairs with the acquire fence in read(): who reads a word of this value sees the odd number.
    Env::fence(std::memory_order_release);
    words_.store(value);
    // release: pairs with the acquire in read(): who sees the even number sees all words of this value.
    sequence_.store(writing + 1, std::memory_order_release);
  }

  std::uint64_t read(std::span<std::byte> into) {
    Patience<Env> patience;
    for (std::uint64_t retries = 0;; ++retries) {
      // acquire: pairs with the release store at the end of publish().
      const std::uint64_t before = sequence_.load(std::memory_order_acquire);
      if (is_whole(before)) {
        load_words(into);
        // acquire: pairs with the release fence in publish().
        Env::fence(std::memory_order_acquire);
        // relaxed: the fence orders it after the words.
        if (sequence_.load(std::memory_order_relaxed) == before) { return retries; }
      }
      patience.poll();
    }
  }

 protected:
  using Word = typename Env::template Atomic<std::uint64_t>;

  static bool is_whole(std::uint64_t sequence) { return (sequence & being_written) == 0; }

  /// Copies the words as they are now; read() finds out whether they belong together.
  void load_words(std::span<std::byte> into) const { words_.load(into); }

  Word& sequence_;
  AtomicWords<Env> words_;

 private:
  static constexpr std::uint64_t being_written = 1;  ///< the lowest bit of the sequence number

  /// The words follow at once, so that a small value shares the line of its number: a reader fetches one line.
  struct Shared {
    Word sequence{0};
  };
};

using Plugins = Variants<Seqlock>;

}  // namespace shmlab::strategies::seqlock
