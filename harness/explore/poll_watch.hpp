#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "explore/memory.hpp"
#include "explore/view.hpp"

namespace shmlab::explore {

/// What a participant saw since its last poll, which tells whether another look can show it anything new. A waiting loop that would read the
/// same values again would come to the same end, so the machine lets it wait for news; when it goes on, it sees the newest of what it looked at
/// (stores become visible in a finite time: [intro.progress]/18).
class PollWatch {
 public:
  void clear() {
    read_ = 0;
    mixed_ = 0;
    progressed_ = false;
  }
  /// It read this value.
  void saw(std::uint32_t location, std::uint64_t value) {
    const std::uint64_t bit = std::uint64_t{1} << location;
    if ((read_ & bit) == 0) {
      read_ |= bit;
      values_[location] = value;
    } else if (values_[location] != value) {
      mixed_ |= bit;
    }
  }
  /// It did something else than look: the next poll is free.
  void progressed() { progressed_ = true; }

  [[nodiscard]] bool has_progressed() const { return progressed_; }

  [[nodiscard]] std::uint64_t read() const { return read_; }
  /// Once there is news it does not go away, whatever else is stored.
  [[nodiscard]] bool has_news(const Memory& memory, std::uint32_t self) const {
    if (progressed_ || mixed_ != 0) { return true; }
    for (std::uint64_t left = read_; left != 0; left &= left - 1) {
      const auto location = static_cast<std::uint32_t>(std::countr_zero(left));
      if (memory.has_newer(self, location, values_[location])) { return true; }
    }
    return false;
  }

 private:
  std::uint64_t read_ = 0;   ///< locations
  std::uint64_t mixed_ = 0;  ///< of which it read different values
  bool progressed_ = false;
  std::array<std::uint64_t, max_locations> values_{};
};

}  // namespace shmlab::explore
