#pragma once

#include <cstdint>
#include <span>

#include "contract/outcome.hpp"

namespace shmlab::check {

/// Operations completed by all participants of a role together.
inline std::uint64_t operations_of(std::span<const Outcome> outcomes, std::uint32_t role) {
  std::uint64_t sum = 0;
  for (const Outcome& outcome : outcomes) { sum += outcome.role == role ? outcome.operations : 0; }
  return sum;
}

}  // namespace shmlab::check
