#pragma once

#include <atomic>
#include <cstddef>

#include "explore/location.hpp"

/// Rules of C++20's memory model that need no state but a location's.
namespace shmlab::explore {

constexpr bool acquires(std::memory_order order) {
  return order == std::memory_order_acquire || order == std::memory_order_consume || order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}
constexpr bool releases(std::memory_order order) {
  return order == std::memory_order_release || order == std::memory_order_acq_rel || order == std::memory_order_seq_cst;
}
constexpr bool is_seq_cst(std::memory_order order) {
  return order == std::memory_order_seq_cst;
}

/// What precedes in S a seq_cst event that reads the message at `position`: events that are before it in coherence order
/// ([atomics.order]/3: writes and what they read from, reads and later writes), so of other reads of the same message none.
inline ScNodes sources_of_read(const Location& location, std::size_t position) {
  ScNodes sources = location[position].write_sources;
  for (std::size_t i = 0; i < position; ++i) { sources |= location[i].write_sources | location[i].read_sources; }
  return sources;
}
/// The same for one that writes directly behind `position`.
inline ScNodes sources_of_write(const Location& location, std::size_t position) {
  return sources_of_read(location, position) | location[position].read_sources;
}
/// What follows in S an event that stands before the message at `position` and those behind it.
inline ScNodes targets_from(const Location& location, std::size_t position) {
  ScNodes targets = 0;
  for (; position < location.size(); ++position) { targets |= location[position].targets; }
  return targets;
}

}  // namespace shmlab::explore
