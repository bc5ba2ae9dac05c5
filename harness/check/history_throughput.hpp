#pragma once

#include <cstdint>
#include <vector>

#include "check/history.hpp"

namespace shmlab::check {

/// A history to be made up.
struct HistoryPlan {
  HistoryModel model = HistoryModel::mutex;
  std::uint64_t operations = 0;    ///< at least; those that end what the last ones began come on top
  std::uint32_t participants = 2;  ///< 1 or more
  std::uint64_t seed = 0;          ///< the same plan gives the same history
  HistoryLimits limits{};          ///< permits, and capacity: unless known, a queue never answers full
  std::uint64_t values = 0;        ///< a snapshot publishes 1 to this, at random; 0: each value once
  /// Stop in the middle: what is under way stays pending, though some of it took effect.
  bool leaves_pending = false;
};

/// A history that the model allows: participants take turns at random to call, to take effect on one object, and to return, so that
/// their operations overlap. For timing check_history, and as test data. In order of start; all stamps differ.
std::vector<Event> plausible_history(const HistoryPlan& plan);

/// Operations a second that check_history gets through on `events`: the best of `repetitions` (1 or more). 0: it is not ok.
double history_throughput(HistoryModel model, const std::vector<Event>& events, const HistoryLimits& limits, int repetitions);

}  // namespace shmlab::check
