#include "env/iceoryx_segment.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace shmlab::env {
namespace {

constexpr std::uint32_t channels_of_a_case = 2;
/// Beside those that wait: one that is filled, the last one, which a publisher keeps, and one that is read.
constexpr std::uint32_t outside_the_queue = 3;

}  // namespace

std::string iceoryx_configuration() {
  std::string text = "[general]\nversion = 1\n[[segment]]\n";
  for (const IceoryxPool& pool : iceoryx_pools) {
    text += fmt::format("[[segment.mempool]]\nsize = {}\ncount = {}\n", pool.bytes, pool.count);
  }
  return text;
}

std::string beyond_iceoryx_pools(std::uint32_t payload_bytes, std::uint32_t capacity) {
  const auto* const pool =
      std::ranges::find_if(iceoryx_pools, [=](const IceoryxPool& one) { return one.bytes >= payload_bytes; });
  if (pool == iceoryx_pools.end()) {
    return fmt::format("messages have at most {} bytes, the case has {}", iceoryx_pools.back().bytes, payload_bytes);
  }
  const std::uint64_t needed = channels_of_a_case * (std::uint64_t{capacity} + outside_the_queue);
  if (needed <= pool->count) { return {}; }
  return fmt::format("the daemon's memory has {} messages of {} bytes, the case may need {}", pool->count, pool->bytes, needed);
}

}  // namespace shmlab::env
