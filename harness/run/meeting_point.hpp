#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

#include "contract/config.hpp"
#include "measure/floor.hpp"
#include "shm/start_barrier.hpp"

namespace shmlab::run {

/// What the participants of a case share besides the case, first in the region's payload: whatever the runner reads here is their word.
struct MeetingPoint {
  alignas(line_pair_bytes) shm::StartBarrier barrier;
  alignas(line_pair_bytes) std::atomic<std::uint32_t> present{0};  ///< counts participants through the region itself
  alignas(line_pair_bytes) measure::FloorLine floor_line{};
  double floor_before_ns = std::numeric_limits<double>::quiet_NaN();  ///< by participant 0
  double floor_after_ns = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace shmlab::run
