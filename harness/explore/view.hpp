#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace shmlab::explore {

inline constexpr std::size_t max_participants = 8;
inline constexpr std::size_t max_locations = 64;

/// Place of a message in the modification order of its location: larger is later.
using Timestamp = std::int32_t;
/// How many releases a participant has made; orders its ordinary accesses among those of others (vector clocks, Mattern 1989).
using Clock = std::int32_t;
/// A set of seq_cst events of an execution, a bit each: see ScOrder.
using ScNodes = std::uint64_t;

/// What happens before a point of an execution ([intro.races]/10), as far as later steps depend on it: of each participant the clock, of
/// each location the latest message that was written or read. A view that a message releases is joined by those who acquire it
/// (Kang et al., A Promising Semantics for Relaxed-Memory Concurrency, POPL 2017).
class View {
 public:
  /// The numbers that are in use: clocks, and the first `locations` locations; join() and copy() take this for `width`.
  static constexpr std::size_t width(std::size_t locations) { return max_participants + (locations + block - 1) / block * block; }

  [[nodiscard]] Clock clock(std::size_t participant) const { return numbers_[participant]; }
  Clock& clock(std::size_t participant) { return numbers_[participant]; }
  [[nodiscard]] Timestamp at(std::size_t location) const { return numbers_[max_participants + location]; }
  Timestamp& at(std::size_t location) { return numbers_[max_participants + location]; }

  /// The seq_cst fences that happen before.
  ScNodes fences = 0;
  /// The seq_cst events that come before whatever seq_cst event follows here, by sb, by sb;hb;sb or as fences by hb;sb: the part of
  /// psc_base that needs no location (Lahav et al., PLDI 2017; "strongly happens before", [intro.races]/11).
  ScNodes earlier = 0;

  void join(const View& other, std::size_t width) {
    for (std::size_t i = 0; i < width; i += block) {
      Block mine;
      Block theirs;
      __builtin_memcpy(&mine, &numbers_[i], sizeof mine);
      __builtin_memcpy(&theirs, &other.numbers_[i], sizeof theirs);
      mine = mine > theirs ? mine : theirs;
      __builtin_memcpy(&numbers_[i], &mine, sizeof mine);
    }
    fences |= other.fences;
    earlier |= other.earlier;
  }
  void copy(const View& other, std::size_t width) {
    __builtin_memcpy(numbers_.data(), other.numbers_.data(), width * sizeof numbers_[0]);
    fences = other.fences;
    earlier = other.earlier;
  }
  void clear(std::size_t width) {
    __builtin_memset(numbers_.data(), 0, width * sizeof numbers_[0]);
    fences = 0;
    earlier = 0;
  }

 private:
  static constexpr std::size_t block = 4;
  using Block = std::int32_t __attribute__((vector_size(block * sizeof(std::int32_t))));

  alignas(sizeof(Block)) std::array<std::int32_t, max_participants + max_locations> numbers_{};
};

}  // namespace shmlab::explore
