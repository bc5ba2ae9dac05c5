#pragma once

#include <cstddef>
#include <cstdint>

#include "run/case_order.hpp"

namespace shmlab::run {

/// Takes over the runner's clock, so that all stamps of a run compare, and how waits poll. Once in each process that maps the region, before
/// run_participant() and any thread.
void adopt(const CaseOrder& order);

/// Runs participant `index` of the case that `order` describes, whose region payload lies at `payload`, in the calling thread: pins it, attaches to the
/// strategy, waits for the others, runs the body, leaves its record final. The same code in every lane.
/// Does not throw: what a body throws becomes a violation in its record.
/// false: the body was left in the middle, perhaps holding a lock of the threads library, and the process is not to be used again.
bool run_participant(const CaseOrder& order, std::byte* payload, std::uint32_t index);

}  // namespace shmlab::run
