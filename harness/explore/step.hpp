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

/// What a step touches: a bit for each thing that it reads, and for each that it changes. `reads` and `changes` are of atomic locations, as the
/// memory model has them. What is `aside` sees the order of execution: queues of sleepers, polls, ordinary memory. Several things may share a
/// bit.
struct Footprint {
  std::uint64_t reads = 0;
  std::uint64_t changes = 0;
  std::uint64_t reads_aside = 0;
  std::uint64_t changes_aside = 0;
};

/// Whether `second`, by another participant, can come to something else behind `first` than before it: it may read what that one changes.
///
/// Nothing else matters for atomic locations. Two stores each take their place in modification order whichever is executed first; a load
/// behind a store may still read what was there before; and seq_cst events as such are free, since S is not the order of execution.
constexpr bool may_see(const Footprint& second, const Footprint& first) {
  return ((second.reads & first.changes) | (second.reads_aside & first.changes_aside) |
          (second.changes_aside & first.reads_aside)) != 0;
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
