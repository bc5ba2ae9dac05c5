#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "check/history.hpp"
#include "check/history_order.hpp"

namespace shmlab::check {

struct Linearizability {
  Judgement judgement = Judgement::unknown;
  std::string why;  ///< when unknown
  /// When violated: the first operation whose return no order explains. It and what was called before it are a contradiction already.
  std::uint32_t failed_at = 0;
  std::uint64_t explored = 0;  ///< configurations
  /// Of a snapshot: the latest number of endpoints after which one configuration was left and none of the open operations placed, and
  /// its value. What comes later can be judged from there.
  std::uint64_t settled_after = 0;
  std::uint64_t settled_value = 0;
};

/// Whether one order of a well-formed history (HistoryOrder) is allowed by its model, any but queue. Reads the history once.
///
/// Just-in-time linearization: an operation is placed no earlier than a return demands. A configuration is a state and the set of open
/// operations that took effect in it; those that a return allows are kept, each once. Wing and Gong, "Testing and verifying concurrent
/// objects" (1993); Lowe, "Testing for linearizability" (2017); Horn and Kroening, "Faster linearizability checking via
/// P-compositionality" (2015). Two rules spare almost all branching without losing an order:
/// - what only gives (unlock, post) or only looks (a read of the present value) is placed as soon as it can be;
/// - what only takes (lock, wait) is placed at its own return, and never if it is pending.
Linearizability linearize(HistoryModel model, std::span<const Event> events, const HistoryOrder& order,
                          const HistoryLimits& limits);

/// Whether `action` belongs to the model.
bool has_action(HistoryModel model, Action action);

/// For lock, lock_shared: whether `later` is the matching release.
bool releases(Action later, Action earlier);

}  // namespace shmlab::check
