#pragma once

#include <cstdint>

namespace shmlab::fault {

/// The next 32 bits of a sequence that depends on the first state alone.
/// SplitMix64 (Steele, Lea, Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
inline std::uint32_t random_bits(std::uint64_t& state) {
  std::uint64_t bits = state += 0x9e37'79b9'7f4a'7c15;
  bits = (bits ^ (bits >> 30U)) * 0xbf58'476d'1ce4'e5b9;
  bits = (bits ^ (bits >> 27U)) * 0x94d0'49bb'1331'11eb;
  return static_cast<std::uint32_t>(bits >> 32U);
}

}  // namespace shmlab::fault
