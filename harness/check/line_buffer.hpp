#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "contract/config.hpp"

namespace shmlab::check {

/// Zeroed bytes of one's own that begin on a cache line.
class LineBuffer {
 public:
  explicit LineBuffer(std::size_t bytes) : lines_(bytes / cache_line_bytes + 1), bytes_(bytes) {}

  [[nodiscard]] std::span<std::byte> whole() { return {lines_.front().bytes.data(), bytes_}; }

 private:
  struct alignas(cache_line_bytes) Line {
    std::array<std::byte, cache_line_bytes> bytes{};
  };

  std::vector<Line> lines_;
  std::size_t bytes_;
};

}  // namespace shmlab::check
