#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace shmlab::fault {

/// Before access number `step` of the run (from 1) takes effect, participant `to` gets the turn, although who has it could go on.
/// Nothing happens when `to` cannot go on at that moment.
struct Preemption {
  std::uint32_t step = 0;
  std::uint32_t to = 0;

  friend bool operator==(const Preemption&, const Preemption&) = default;
};

/// `after_me + n` as Preemption::to: the n-th participant after the one that has the turn.
inline constexpr std::uint32_t after_me = 1024;

/// The longest schedule. A preemption bound of 3 finds most faults (Musuvathi and Qadeer, Iterative Context Bounding, PLDI 2007);
/// random walks take more.
inline constexpr std::size_t max_preemptions = 256;

/// Who runs when: participant 0 begins, each goes on until it sleeps, polls or ends, then the next in the order of the index has its
/// turn; except for these preemptions, in ascending order of their steps.
using Schedule = std::vector<Preemption>;

}  // namespace shmlab::fault
