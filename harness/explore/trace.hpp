#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string>
#include <vector>

#include "env/tracer.hpp"

namespace shmlab::explore {

/// One step of an execution, or an access between two steps.
struct TraceLine {
  static constexpr std::size_t no_offset = ~std::size_t{0};

  std::uint32_t step = 0;  ///< steps so far, this one included
  std::uint32_t participant = 0;
  env::Operation operation = env::Operation::load;
  std::memory_order order = std::memory_order_relaxed;
  std::source_location where;
  std::size_t offset = no_offset;  ///< of the address in the shared memory
  std::uint64_t value = 0;         ///< read or, by a store, written
  bool has_value = false;
  std::string
      note;  ///< "STALE: 2 of P0 at ring.hpp:41 is newer, and not ordered before", "wrote 1", "put before 2 of P1 at ...", "sleeps"
};

using Trace = std::vector<TraceLine>;

/// Whether the operation is one of an atomic, or a fence.
bool has_order(env::Operation operation);
/// "ring.hpp:41"
std::string to_string(const std::source_location& where);
std::string to_string(std::memory_order order);
/// "3 P0 load acquire +8 = 1   ring.hpp:41   STALE: ..."
std::string to_string(const TraceLine& line);
/// A line each.
std::string to_string(const Trace& trace);

}  // namespace shmlab::explore
