#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "check/linearizability_models.hpp"

namespace shmlab::check {

/// Numbers the distinct values of a history 0, 1, 2, ... in the order in which they are first asked for. Open addressing.
class ValueNumbers {
 public:
  explicit ValueNumbers(std::size_t expected) : table_(std::bit_ceil(2 * expected + 16)) { values_.reserve(expected); }

  /// The number of `value`; size() before the call when it is new.
  std::uint32_t number(std::uint64_t value) {
    if (table_.size() < 2 * values_.size()) { grow(); }
    std::size_t at = place(value);
    for (; table_[at] != 0; at = (at + 1) & (table_.size() - 1)) {
      if (values_[table_[at] - 1] == value) { return table_[at] - 1; }
    }
    values_.push_back(value);
    table_[at] = static_cast<std::uint32_t>(values_.size());
    return table_[at] - 1;
  }
  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] std::uint64_t value(std::uint32_t number) const { return values_[number]; }

 private:
  /// Sixteen consecutive values share a cache line, since most histories count their values up.
  [[nodiscard]] std::size_t place(std::uint64_t value) const {
    return ((mix(value / 16 + 1) * 16) | (value % 16)) & (table_.size() - 1);
  }
  void grow() {
    table_.assign(2 * table_.size(), 0);
    for (std::uint32_t i = 0; i < values_.size(); ++i) {
      std::size_t at = place(values_[i]);
      while (table_[at] != 0) { at = (at + 1) & (table_.size() - 1); }
      table_[at] = i + 1;
    }
  }

  std::vector<std::uint32_t> table_;  ///< 1 + number, or 0; a power of two
  std::vector<std::uint64_t> values_;
};

}  // namespace shmlab::check
