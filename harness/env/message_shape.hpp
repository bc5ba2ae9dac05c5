#pragma once

#include <cstdint>

namespace shmlab::env {

/// What a channel of the system is for: whole messages of one size.
struct MessageShape {
  std::uint32_t bytes = 8;     ///< of each, >= 1
  std::uint32_t messages = 1;  ///< it must be able to hold, >= 1
  std::uint32_t senders = 1;
  std::uint32_t receivers = 1;

  /// Whether messages may go in several parts: those of one sender to one receiver cannot mix.
  [[nodiscard]] bool is_one_to_one() const { return senders == 1 && receivers == 1; }
};

}  // namespace shmlab::env
