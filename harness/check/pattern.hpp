#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

namespace shmlab::check {

/// Moves pattern bytes from and to memory of one's own. An Env has the same two functions for shared memory, so that
/// fill<Env>() and inspect<Env>() work on a shared buffer in place.
struct LocalMemory {
  static void copy_in(void* to, const void* from, std::size_t bytes) { std::memcpy(to, from, bytes); }
  static void copy_out(void* to, const void* from, std::size_t bytes) { std::memcpy(to, from, bytes); }
};

/// The payload pattern: n bytes that a 64-bit version determines, in 64-bit words at offsets 0, 8, ... and a tail.
/// - Word i is version * spread + i * step, both odd: another version differs in every word for certain, the next version in every
///   byte; a word from another place differs too. Word 0 alone gives the version back.
/// - n >= 16: word 1 is a checksum of version, tag and n instead, so that a reader who does not know the version can tell.
/// - n >= 24: word 2 also carries a tag (any 64 bits, such as a time stamp) in exclusive or; the checksum covers it.
/// What a reader without the version can detect:
/// - n >= 16: any mixture of two versions, any wrong byte.
/// - n = 9 to 15: a tail that does not belong to word 0; the tail is the beginning of word 1.
/// - n <= 8: nothing, every content is some version (n < 8: modulo 2^(8n)); a mixture shows as a version that was never written.
/// A reader who knows the version detects every wrong byte at every n.
/// All bytes zero is the blank payload, version 0: shared memory at its creation. Written versions start at 1.
namespace pattern {

inline constexpr std::size_t word_bytes = sizeof(std::uint64_t);
inline constexpr std::size_t least_checked = 16;  ///< bytes from which on a payload has a checksum
inline constexpr std::size_t least_tagged = 24;   ///< bytes from which on a payload has room for a tag

inline constexpr std::uint64_t spread = 0x9E37'79B9'7F4A'7C15;  // 2^64 / golden ratio; no byte is 0x00 or 0xFF
inline constexpr std::uint64_t step = 0xD1B5'4A32'D192'ED03;

/// The number whose product with the odd number `odd` is 1 modulo 2^64 (Newton's iteration doubles the correct bits).
consteval std::uint64_t inverse(std::uint64_t odd) {
  std::uint64_t result = odd;
  for (int correct_bits = 3; correct_bits < 64; correct_bits *= 2) { result *= 2 - odd * result; }
  return result;
}

static_assert(std::endian::native == std::endian::little, "the tail takes the first bytes of a word as its low ones");

/// Word `index` of a payload whose word 0 is `first`.
constexpr std::uint64_t word(std::uint64_t first, std::size_t index) {
  return first + index * step;
}
/// Bijective in `first` and in `tag`: a wrong one of them alone always shows.
constexpr std::uint64_t checksum(std::uint64_t first, std::uint64_t tag, std::size_t bytes) {
  return (word(first, bytes) ^ (tag * spread)) * step;
}

}  // namespace pattern

/// Writes tag and checksum into a payload that fill() has filled with `version`; sizes below 24 have no room for a tag and keep 0.
/// Separate, for a stamp that has to be taken after the filling.
template <class Memory = LocalMemory>
void put_tag(std::span<std::byte> payload, std::uint64_t version, std::uint64_t tag) {
  if (payload.size() < pattern::least_checked) { return; }
  const std::uint64_t first = version * pattern::spread;
  if (payload.size() < pattern::least_tagged) {
    tag = 0;
  } else {
    const std::uint64_t tagged = pattern::word(first, 2) ^ tag;
    Memory::copy_in(payload.data() + 2 * pattern::word_bytes, &tagged, pattern::word_bytes);
  }
  const std::uint64_t sum = pattern::checksum(first, tag, payload.size());
  Memory::copy_in(payload.data() + pattern::word_bytes, &sum, pattern::word_bytes);
}

/// Fills a payload of any size >= 1 with the pattern of `version` >= 1, and the tag where there is room.
template <class Memory = LocalMemory>
void fill(std::span<std::byte> payload, std::uint64_t version, std::uint64_t tag = 0) {
  const std::size_t words = payload.size() / pattern::word_bytes;
  std::uint64_t word = version * pattern::spread;
  for (std::size_t i = 0; i < words; ++i, word += pattern::step) {
    Memory::copy_in(payload.data() + i * pattern::word_bytes, &word, pattern::word_bytes);
  }
  const std::size_t tail = payload.size() % pattern::word_bytes;
  if (tail != 0) { Memory::copy_in(payload.data() + words * pattern::word_bytes, &word, tail); }
  put_tag<Memory>(payload, version, tag);
}

/// In place of an offset: no byte is wrong.
inline constexpr std::size_t no_offset = std::numeric_limits<std::size_t>::max();

/// What a payload says about itself.
struct Inspection {
  std::uint64_t version = 0;  ///< recovered from word 0; 0: blank
  std::uint64_t tag = 0;      ///< 0 when there is no room for one
  /// Offset of the first byte that does not belong to that version (after a wrong tag: 8, its checksum), or `no_offset`.
  std::size_t wrong_at = no_offset;

  [[nodiscard]] bool whole() const { return wrong_at == no_offset; }
  [[nodiscard]] bool blank() const { return whole() && version == 0; }
  friend bool operator==(const Inspection&, const Inspection&) = default;
};

namespace pattern {

/// Reads words one after the other and compares each with what the version asks for.
template <class Memory>
class Reader {
 public:
  explicit Reader(std::span<const std::byte> payload) : payload_(payload) {}

  [[nodiscard]] std::uint64_t load(std::size_t offset, std::size_t bytes) const {
    std::uint64_t word = 0;
    Memory::copy_out(&word, payload_.data() + offset, bytes);
    return word;
  }
  /// First offset in [from, from + bytes), bytes <= 8, that differs from `expected`, or no_offset.
  [[nodiscard]] std::size_t differs(std::size_t from, std::size_t bytes, std::uint64_t expected) const {
    const std::uint64_t mask = bytes == word_bytes ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * bytes)) - 1;
    return locate(from, (load(from, bytes) ^ expected) & mask);
  }
  /// First wrong offset among the words from index `first` on and the tail, when word i is base + i * increment.
  /// The bulk goes a block at a time: one branch, and nothing is read twice. Blocks begin at multiples of their size, as the copy that
  /// brought the payload did, so that the CPU can forward what that copy has just stored.
  [[nodiscard]] std::size_t body_differs(std::size_t first, std::uint64_t base, std::uint64_t increment) const {
    const std::size_t words = payload_.size() / word_bytes;
    const auto one_by_one = [&](std::size_t from, std::size_t to) {
      for (std::size_t i = from; i < to; ++i) {
        const std::size_t wrong = differs(i * word_bytes, word_bytes, base + i * increment);
        if (wrong != no_offset) [[unlikely]] { return wrong; }
      }
      return no_offset;
    };
    std::size_t i = std::min(words, (first + block - 1) / block * block);
    if (const std::size_t wrong = one_by_one(first, i); wrong != no_offset) [[unlikely]] { return wrong; }
    for (; i + block <= words; i += block) {
      const std::size_t wrong = block_differs(i * word_bytes, base + i * increment, increment);
      if (wrong != no_offset) [[unlikely]] { return wrong; }
    }
    if (const std::size_t wrong = one_by_one(i, words); wrong != no_offset) [[unlikely]] { return wrong; }
    const std::size_t tail = payload_.size() % word_bytes;
    return tail == 0 ? no_offset : differs(words * word_bytes, tail, base + words * increment);
  }

 private:
  static std::size_t locate(std::size_t from, std::uint64_t difference) {
    if (difference == 0) [[likely]] { return no_offset; }
    return from + static_cast<std::size_t>(std::countr_zero(difference)) / 8;
  }
  [[nodiscard]] std::size_t block_differs(std::size_t from, std::uint64_t expected, std::uint64_t increment) const {
    std::array<std::uint64_t, block> difference;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by the copy
    Memory::copy_out(difference.data(), payload_.data() + from, sizeof difference);
    std::uint64_t any = 0;
    for (std::uint64_t& word : difference) {
      word ^= expected;
      any |= word;
      expected += increment;
    }
    if (any == 0) [[likely]] { return no_offset; }
    std::size_t i = 0;
    while (difference[i] == 0) { ++i; }
    return locate(from + i * word_bytes, difference[i]);
  }

  static constexpr std::size_t block = 8;  ///< words

  std::span<const std::byte> payload_;
};

}  // namespace pattern

/// Recovers the version (and tag) of a payload of any size >= 1 and verifies as much of it as can be verified without knowing them.
/// Of a payload below 8 bytes the version comes back modulo 2^(8n).
template <class Memory = LocalMemory>
Inspection inspect(std::span<const std::byte> payload) {
  constexpr std::uint64_t unspread = pattern::inverse(pattern::spread);
  const pattern::Reader<Memory> reader(payload);
  Inspection result;
  if (payload.size() < pattern::word_bytes) {
    const std::uint64_t kept = (std::uint64_t{1} << (8 * payload.size())) - 1;
    result.version = (reader.load(0, payload.size()) * unspread) & kept;
    return result;
  }
  const std::uint64_t first = reader.load(0, pattern::word_bytes);
  result.version = first * unspread;
  if (payload.size() == pattern::word_bytes) { return result; }
  if (first == 0) [[unlikely]] {  // blank: every word is zero
    result.wrong_at = reader.body_differs(1, 0, 0);
    return result;
  }
  if (payload.size() < pattern::least_checked) {
    result.wrong_at = reader.body_differs(1, first, pattern::step);
    return result;
  }
  std::size_t body = 2;
  if (payload.size() >= pattern::least_tagged) {
    result.tag = reader.load(2 * pattern::word_bytes, pattern::word_bytes) ^ pattern::word(first, 2);
    body = 3;
  }
  const std::uint64_t sum = pattern::checksum(first, result.tag, payload.size());
  result.wrong_at = reader.differs(pattern::word_bytes, pattern::word_bytes, sum);
  if (result.whole()) { result.wrong_at = reader.body_differs(body, first, pattern::step); }
  return result;
}

/// Offset of the first byte that does not belong to `version`, or no_offset; for a reader who knows which one it must be. Any size >= 1, any tag.
template <class Memory = LocalMemory>
std::size_t first_wrong(std::span<const std::byte> payload, std::uint64_t version) {
  const std::size_t head = payload.size() < pattern::word_bytes ? payload.size() : pattern::word_bytes;
  const std::size_t wrong = pattern::Reader<Memory>(payload).differs(0, head, version * pattern::spread);
  return wrong != no_offset ? wrong : inspect<Memory>(payload).wrong_at;
}

}  // namespace shmlab::check
