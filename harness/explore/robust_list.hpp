#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "contract/error.hpp"
#include "explore/view.hpp"

namespace shmlab::explore {

/// The locations of the robust futexes that a participant says it holds, and of the one that it is about to take or give.
class RobustList {
 public:
  void clear() {
    size_ = 0;
    pending_.reset();
  }
  void set_pending(std::optional<std::uint32_t> location) { pending_ = location; }
  /// Throws BadInput when it holds more than max_locations.
  void add(std::uint32_t location) {
    if (size_ == held_.size()) { throw BadInput("more robust futexes held than there are locations"); }
    held_[size_++] = location;
  }
  void remove(std::uint32_t location) {
    auto* const end = held_.begin() + size_;
    size_ = static_cast<std::uint32_t>(std::remove(held_.begin(), end, location) - held_.begin());
  }

  [[nodiscard]] const std::optional<std::uint32_t>& pending() const { return pending_; }
  /// Of each that is held.
  template <class Visit>
  void each_held(Visit visit) const {
    for (std::uint32_t i = 0; i < size_; ++i) { visit(held_[i]); }
  }

 private:
  std::array<std::uint32_t, max_locations> held_{};
  std::uint32_t size_ = 0;
  std::optional<std::uint32_t> pending_;
};

}  // namespace shmlab::explore
