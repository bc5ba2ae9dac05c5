#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <source_location>

#include "env/tracer.hpp"
#include "explore/view.hpp"

namespace shmlab::explore {

/// A set of participants, a bit each.
using ParticipantSet = std::uint32_t;
inline constexpr std::uint32_t no_participant = max_participants;

constexpr ParticipantSet only(std::uint32_t participant) {
  return ParticipantSet{1} << participant;
}
constexpr std::uint32_t first_of(ParticipantSet set) {
  return static_cast<std::uint32_t>(std::countr_zero(set));
}
constexpr bool has_several(ParticipantSet set) {
  return (set & (set - 1)) != 0;
}

/// What a step touches: a bit for each thing that it reads, and for each that it changes. Things are atomic locations, and, `aside`,
/// queues of sleepers and ordinary memory; several may share a bit.
struct Footprint {
  std::uint64_t reads = 0;
  std::uint64_t changes = 0;
  std::uint64_t reads_aside = 0;
  std::uint64_t changes_aside = 0;
};

/// Whether the order of two steps of different participants can matter. Two stores are independent: each can take its place in modification
/// order whichever is executed first. So are seq_cst events as such, since S is not the order of execution.
constexpr bool are_dependent(const Footprint& a, const Footprint& b) {
  return ((a.reads & b.changes) | (a.changes & b.reads) | (a.reads_aside & b.changes_aside) |
          (a.changes_aside & b.reads_aside)) != 0;
}

/// What a participant is about to do.
struct Step {
  env::Operation operation = env::Operation::load;
  std::memory_order order = std::memory_order_relaxed;
  Footprint footprint;
  const void* address = nullptr;
  std::source_location where;
};

}  // namespace shmlab::explore
