#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <system_error>

namespace shmlab::shm {

/// A page-aligned address for a mapping of `bytes` bytes by that participant: far from those of other participants (the first
/// 32 never share one), from everything the kernel places by itself and from the shadows of the sanitizers. It differs from
/// call to call, since it is partly random, seeded by the PID. Nobody promises that it is free: map with
/// MAP_FIXED_NOREPLACE and try another one on EEXIST, as map_apart() does.
void* address_for(std::uint32_t participant_index, std::size_t bytes);

/// Calls `map_at(address)` with addresses of that participant until one is free, and returns what it returns.
/// `map_at` throws std::system_error with EEXIST for an address that is taken. Gives up, with that error, after 32.
template <class MapAt>
auto map_apart(std::uint32_t participant_index, std::size_t bytes, MapAt map_at) {
  constexpr int attempts = 32;
  for (int attempt = 1;; ++attempt) {
    try {
      return map_at(address_for(participant_index, bytes));
    } catch (const std::system_error& error) {
      if (error.code().value() != EEXIST || attempt == attempts) { throw; }
    }
  }
}

}  // namespace shmlab::shm
