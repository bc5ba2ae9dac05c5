#pragma once

#include <cstdint>

namespace shmlab::env {

/// What a channel of the system is for: whole messages of one size.
struct MessageShape {
  std::uint32_t bytes = 8;     ///< of each, >= 1
  std::uint32_t messages = 1;  ///< it must be able to hold, >= 1
};

}  // namespace shmlab::env
