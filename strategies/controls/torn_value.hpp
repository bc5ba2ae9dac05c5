#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

/// Values that are stored without protection because each store "is atomic anyway".
namespace shmlab::strategies::torn_value {

constexpr Descriptor described(const char* name, const char* summary, const char* source, std::uint32_t payload_bytes) {
  return {.name = name,
          .summary = summary,
          .source = source,
          .limits = {.writers = 1, .payload_bytes = payload_bytes},
          .waiting = Waiting::never,
          .contract = {.writer = OnDeath::unaffected, .reader = OnDeath::unaffected},
          .caught_by = "invariant"};
}

/// Broken on purpose: a value of 16 bytes in two words, each of them atomic, and nothing that holds them together; a sequence number
/// (Seqlock) is right. Who reads one word before a write and the other after it has half of each value. The words lie on two cache lines.
template <class Env>
class TornValueTwoWords {
 public:
  static constexpr Descriptor descriptor =
      described("torn_value_two_words", "16 bytes in two atomic words, which tear between the words",
                "control: [intro.races]: atomicity is of one object", 16);

  struct Shared {
    alignas(cache_line_bytes) typename Env::template Atomic<std::uint64_t> low{0};
    alignas(cache_line_bytes) typename Env::template Atomic<std::uint64_t> high{0};
  };

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& /*config*/) { new (memory) Shared{}; }
  TornValueTwoWords(void* memory, const Config& config, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))), payload_(config.payload_bytes) {}

  void publish(std::span<const std::byte> value) {
    std::array<std::uint64_t, 2> words{};
    std::memcpy(words.data(), value.data(), std::min(payload_, sizeof words));
    // relaxed, both: no order would make one value of them.
    shared_.low.store(words[0], std::memory_order_relaxed);
    shared_.high.store(words[1], std::memory_order_relaxed);
  }
  std::uint64_t read(std::span<std::byte> into) {
    // relaxed, both: see publish().
    const std::array<std::uint64_t, 2> words{shared_.low.load(std::memory_order_relaxed),
                                             shared_.high.load(std::memory_order_relaxed)};
    std::memcpy(into.data(), words.data(), std::min(payload_, sizeof words));
    return 0;
  }

 private:
  Shared& shared_;
  std::size_t payload_;
};

/// Broken on purpose: a word of 8 bytes that begins 4 bytes before the end of a cache line, as in a packed structure; it has to be aligned.
/// One plain move stores it, and yet in two parts: another participant may see one line's part without the other's.
template <class Env>
class TornValueMisaligned {
 public:
  static constexpr Descriptor descriptor =
      described("torn_value_misaligned", "one word across two cache lines, which tears between the lines",
                "control: Intel SDM, volume 3, Guaranteed Atomic Operations: accesses within a cache line", 8);

  static Footprint footprint(const Config& /*config*/) { return {std::size_t{2} * cache_line_bytes, cache_line_bytes}; }
  /// The value is the zero bytes that are there.
  static void create(void* /*memory*/, const Config& /*config*/) {}
  TornValueMisaligned(void* memory, const Config& /*config*/, Participant /*self*/)
      : word_(static_cast<std::byte*>(memory) + cache_line_bytes - word_bytes / 2) {}

  // Copies of a fixed 8 bytes, which the compiler makes one move; as bytes they need no alignment.
  void publish(std::span<const std::byte> value) { Env::copy_in(word_, value.data(), word_bytes); }
  std::uint64_t read(std::span<std::byte> into) {
    Env::copy_out(into.data(), word_, word_bytes);
    return 0;
  }

 private:
  static constexpr std::size_t word_bytes = sizeof(std::uint64_t);
  std::byte* word_;
};

using Plugins = Variants<TornValueTwoWords, TornValueMisaligned>;

}  // namespace shmlab::strategies::torn_value
