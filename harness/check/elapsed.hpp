#pragma once

#include <cstdint>

namespace shmlab::check {

/// Ticks from one participant's stamp to another's. The second reading may be taken early, before the message that carries the first
/// has arrived (rdtsc is not ordered after loads: Intel SDM, RDTSC), and then come out lower: such a time counts as 0.
constexpr std::uint64_t elapsed(std::uint64_t from, std::uint64_t to) {
  return to > from ? to - from : 0;
}

}  // namespace shmlab::check
