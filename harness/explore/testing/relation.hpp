#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace shmlab::explore::testing {

/// A set of events, a bit each.
using EventSet = std::uint32_t;

/// A binary relation between at most 32 events, with the operators of the papers' notation.
class Relation {
 public:
  static constexpr std::size_t most_events = 32;

  void add(std::size_t from, std::size_t to) { rows_[from] |= EventSet{1} << to; }
  [[nodiscard]] bool has(std::size_t from, std::size_t to) const { return (rows_[from] >> to & 1U) != 0; }

  [[nodiscard]] Relation operator|(const Relation& other) const {
    return by_row([&](std::size_t row) { return rows_[row] | other.rows_[row]; });
  }
  [[nodiscard]] Relation operator&(const Relation& other) const {
    return by_row([&](std::size_t row) { return rows_[row] & other.rows_[row]; });
  }
  /// What is in this one and not in the other.
  [[nodiscard]] Relation operator-(const Relation& other) const {
    return by_row([&](std::size_t row) { return rows_[row] & ~other.rows_[row]; });
  }
  /// A step of this one, and then one of the other: "this ; other".
  [[nodiscard]] Relation operator>>(const Relation& other) const {
    return by_row([&](std::size_t row) {
      EventSet reached = 0;
      for (EventSet middle = rows_[row]; middle != 0; middle &= middle - 1) {
        reached |= other.rows_[static_cast<std::size_t>(std::countr_zero(middle))];
      }
      return reached;
    });
  }

  [[nodiscard]] Relation inverse() const {
    Relation result;
    for (std::size_t from = 0; from < most_events; ++from) {
      for (EventSet to = rows_[from]; to != 0; to &= to - 1) { result.add(static_cast<std::size_t>(std::countr_zero(to)), from); }
    }
    return result;
  }
  /// One step or more.
  [[nodiscard]] Relation closure() const {
    Relation result = *this;
    for (std::size_t middle = 0; middle < most_events; ++middle) {
      for (std::size_t from = 0; from < most_events; ++from) {
        if (result.has(from, middle)) { result.rows_[from] |= result.rows_[middle]; }
      }
    }
    return result;
  }
  /// One step or none: "this?".
  [[nodiscard]] Relation optional() const { return *this | on(~EventSet{0}); }

  [[nodiscard]] bool empty() const { return *this == Relation(); }
  [[nodiscard]] bool is_irreflexive() const { return (*this & on(~EventSet{0})).empty(); }
  [[nodiscard]] bool is_acyclic() const { return closure().is_irreflexive(); }

  bool operator==(const Relation&) const = default;

  /// Each event of the set with itself: "[set]".
  [[nodiscard]] static Relation on(EventSet set) {
    return by_row([&](std::size_t row) { return set & EventSet{1} << row; });
  }

 private:
  template <class Row>
  [[nodiscard]] static Relation by_row(Row&& row) {
    Relation result;
    for (std::size_t i = 0; i < most_events; ++i) { result.rows_[i] = row(i); }
    return result;
  }

  std::array<EventSet, most_events> rows_{};
};

}  // namespace shmlab::explore::testing
