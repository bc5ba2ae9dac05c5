#pragma once

#include <cstddef>
#include <cstdint>

namespace shmlab {

/// What one strategy object has to be able to do in one case; fixed before the region is laid out.
struct Config {
  std::uint32_t participants = 2;     ///< how many processes attach, >= 1
  std::uint32_t writers = 1;          ///< of them, how many may publish or send, >= 1
  std::uint32_t readers = 1;          ///< of them, how many may read or receive, >= 1
  std::uint32_t payload_bytes = 8;    ///< size of one message or snapshot, >= 1
  std::uint32_t capacity = 64;        ///< messages a channel must be able to hold, >= 1
  std::uint32_t initial_permits = 1;  ///< a semaphore's first value: 1 serves as a lock, 0 as a signal
  std::uint64_t first_sequence = 0;   ///< where counts and sequence numbers start: strategies that have such numbers begin there
};

/// Who attaches.
struct Participant {
  std::uint32_t index = 0;  ///< 0 .. Config::participants - 1, unique in the case
};

/// The shared memory that a strategy needs for one configuration.
struct Footprint {
  std::size_t bytes = 0;
  std::size_t alignment = 1;  ///< a power of two, at most 4096
};

/// Smallest multiple of `alignment` (a power of two) that is not below `value`.
constexpr std::size_t align_up(std::size_t value, std::size_t alignment) {
  return (value + alignment - 1) & ~(alignment - 1);
}

/// Distance that keeps two variables from sharing a cache line, adjacent-line prefetch included
/// (Intel 64 Optimization Manual: pairs of 64-byte lines are fetched together).
inline constexpr std::size_t line_pair_bytes = 128;
inline constexpr std::size_t cache_line_bytes = 64;

}  // namespace shmlab
