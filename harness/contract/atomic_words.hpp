#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>

namespace shmlab {

/// A value of any size in atomic words of 64 bits that lie in shared memory, so that a copy of it which overlaps a write is no data race; the
/// copy may be a mixture, and its user has to find that out. Every access is relaxed: it orders nothing.
template <class Env>
class AtomicWords {
 public:
  using Word = typename Env::template Atomic<std::uint64_t>;

  /// What a value of so many bytes takes in memory.
  static std::size_t bytes_for(std::size_t value_bytes) { return words_for(value_bytes) * sizeof(Word); }
  /// Once, by the creator, on memory aligned for a Word: a value of zeros.
  static void create(void* memory, std::size_t value_bytes) {
    std::uninitialized_value_construct_n(static_cast<Word*>(memory), words_for(value_bytes));
  }

  AtomicWords(void* memory, std::size_t value_bytes)
      : words_(std::launder(static_cast<Word*>(memory))), value_bytes_(value_bytes) {}

  /// Copies the words as they are now into `into`, of the value's size.
  void load(std::span<std::byte> into) const {
    const std::size_t whole_words = value_bytes_ / sizeof(std::uint64_t);
    for (std::size_t i = 0; i < whole_words; ++i) {
      const std::uint64_t word = words_[i].load(std::memory_order_relaxed);
      std::memcpy(into.data() + i * sizeof word, &word, sizeof word);
    }
    if (const std::size_t rest = value_bytes_ % sizeof(std::uint64_t); rest != 0) {
      const std::uint64_t word = words_[whole_words].load(std::memory_order_relaxed);
      std::memcpy(into.data() + whole_words * sizeof word, &word, rest);
    }
  }

  /// Of the value's size.
  void store(std::span<const std::byte> value) {
    const std::size_t whole_words = value_bytes_ / sizeof(std::uint64_t);
    for (std::size_t i = 0; i < whole_words; ++i) {
      std::uint64_t word = 0;
      std::memcpy(&word, value.data() + i * sizeof word, sizeof word);
      words_[i].store(word, std::memory_order_relaxed);
    }
    if (const std::size_t rest = value_bytes_ % sizeof(std::uint64_t); rest != 0) {
      std::uint64_t word = 0;
      std::memcpy(&word, value.data() + whole_words * sizeof word, rest);
      words_[whole_words].store(word, std::memory_order_relaxed);
    }
  }

 private:
  static std::size_t words_for(std::size_t value_bytes) {
    return (value_bytes + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t);
  }

  Word* words_;
  std::size_t value_bytes_;
};

}  // namespace shmlab
