#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "explore/view.hpp"

namespace shmlab::explore {

/// What each participant read or wrote last at each location: what a load that was optimised away would answer.
class LastLooks {
 public:
  void clear() {
    for (auto& values : values_) { values.fill(std::nullopt); }
  }
  void saw(std::uint32_t participant, std::uint32_t location, std::uint64_t value) { values_[participant][location] = value; }
  [[nodiscard]] std::optional<std::uint64_t> at(std::uint32_t participant, std::uint32_t location) const {
    return values_[participant][location];
  }

 private:
  std::array<std::array<std::optional<std::uint64_t>, max_locations>, max_participants> values_{};
};

}  // namespace shmlab::explore
