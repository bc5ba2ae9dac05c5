#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace shmlab::env {

/// Messages of one size in the memory that a daemon of ours hands out.
struct IceoryxPool {
  std::uint32_t bytes;  ///< of the largest message
  std::uint32_t count;
};

/// What scenarios ask for at most; 30 MiB. A message comes from the first pool that is large enough, and from no other.
inline constexpr std::array<IceoryxPool, 5> iceoryx_pools{
    {{64, 2048}, {1024, 1024}, {4096, 1024}, {65536, 144}, {1'048'576, 16}}};

/// The configuration for iox-roudi that says so.
std::string iceoryx_configuration();

/// Why the pools do not have enough messages of the size for the channels of a case, two of them; or empty.
std::string beyond_iceoryx_pools(std::uint32_t payload_bytes, std::uint32_t capacity);

}  // namespace shmlab::env
