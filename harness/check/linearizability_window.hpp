#pragma once

#include <span>
#include <vector>

#include "check/history.hpp"
#include "check/history_order.hpp"
#include "check/linearizability.hpp"

namespace shmlab::check {

/// A minimal part of a violated history (any but queue) that is violated by itself, from the same initial state,
/// with the operation whose return showed the violation among it. What had not returned by then is pending.
///
/// Left out is only what cannot have been needed: an order that explains a history explains it also without
/// - what was called after the operation that failed,
/// - a lock and the unlock of the same participant that follows it; a read; a publish and all reads of its value,
/// - in a long snapshot history of repeated values: what returned before a moment at which only one value was possible. The latest
///   publish of that value stands for it, first in the window;
/// - for a semaphore, posts and waits that returned before them and pair up, back to when no more than the first permits were left.
std::vector<Event> smallest_window(HistoryModel model, std::span<const Event> events, const HistoryOrder& order,
                                   const Linearizability& violation, const HistoryLimits& limits);

/// The same for a part of a snapshot's history that is a contradiction by itself: leaves out values and reads.
std::vector<Event> smallest_snapshot(const std::vector<Event>& events, const HistoryLimits& limits);

}  // namespace shmlab::check
