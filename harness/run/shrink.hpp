#pragma once

#include <rapidcheck/Shrinkable.h>

#include "contract/scenario.hpp"
#include "run/plan.hpp"
#include "run/result.hpp"

namespace shmlab::run {

/// A case of the lane scheduled that did not end well, and how.
struct ScheduledFinding {
  Plan plan;  ///< replays it
  Result result;
};

/// Looks for a simpler program with the same kind of finding, then for a shorter schedule of it, by the shrinking of RapidCheck:
/// as long as something simpler also fails, that is taken. `values` are those of `plan`, whose search found `result`.
/// Possible because a scheduled run repeats; bounded by a number of tries. What comes back has been replayed.
ScheduledFinding shrink(const Plan& plan, const rc::Shrinkable<ParamValues>& values, const Result& result);

}  // namespace shmlab::run
