#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "check/history.hpp"
#include "check/history_order.hpp"

namespace shmlab::check {

/// Judges a snapshot in which no value is published twice, and 0 not at all; nullopt when that is not so. Near-linear, without search.
///
/// The operations on one value stand together in every order that explains the history. So value A comes before value B when one of
/// A's operations returned before one of B's was called; a contradiction is a pair that comes before each other, or a read of what
/// nobody had begun to publish. Gibbons and Korach, "Testing shared memories" (SIAM J. Computing 26, 1997). The window has at most six
/// operations; it is not minimal yet.
std::optional<HistoryVerdict> check_zones(std::span<const Event> events, HistoryOrder order);

}  // namespace shmlab::check
