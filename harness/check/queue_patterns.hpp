#pragma once

#include <span>

#include "check/history.hpp"
#include "check/history_order.hpp"

namespace shmlab::check {

/// Judges a first-in-first-out queue in which no value is sent twice, by the patterns that every violation shows, near-linearly:
/// - a value is received that nobody had begun to send, or is received twice;
/// - a is sent wholly before b, and b received wholly before a, or a never;
/// - a receive finds the queue empty, though at each moment of it some value was certainly inside: sent, and not begun to be received;
/// - with a capacity: more values were certainly inside than fit;
/// - with a least capacity: a send finds the queue full though fewer were inside throughout.
/// Without capacities and pending receives the list is complete. Henzinger, Sezgin and Vafeiadis, "Aspect-oriented linearizability
/// proofs" (CONCUR 2013); Bouajjani, Emmi, Enea and Hamza, "On reducing linearizability to state reachability" (ICALP 2015).
///
/// Then the window is minimal too, where each stamp tells the order (check_history): without any one value, or the answer "empty", it
/// is ok.
///
/// A pending send may have had its effect or not. A pending receive may have taken one value that no other receive returned.
HistoryVerdict check_queue(std::span<const Event> events, HistoryOrder order, const HistoryLimits& limits);

}  // namespace shmlab::check
