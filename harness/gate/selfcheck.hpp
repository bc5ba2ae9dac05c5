#pragma once

#include <string>
#include <vector>

#include "gate/calibration.hpp"
#include "gate/contest.hpp"

/// What a gate has to show of itself: that it finds nothing where nothing is slower, and finds what is.
namespace shmlab::gate {

/// A program against itself with its code at other addresses. More of an effect than this is the placement's, and spoils verdicts.
inline constexpr double most_floor = 0.01;

/// By how much it certainly differs: 0.02 for at least 2 % slower, or faster; 0 where the bounds are on both sides of none, or there are none.
double certain_effect(const Finding& finding);
/// The largest of them; cases without pairs do not count.
double floor_of(const Comparison& comparison);

/// One benchmark in a build that delays its hot path.
struct SlowedCase {
  std::string name;
  Calibrated delay;  ///< and what it truly takes
  Finding verdict;   ///< what the gate says, from fresh pairs
};
/// REGRESSED where it is truly slower by as much as is tolerated, surely; no claim between that and the noise; never REGRESSED where it is surely
/// within the noise. An ERROR never agrees.
bool agrees(const SlowedCase& slowed, const Margins& margins = {});

struct Slowdown {
  double target = 0;  ///< 1.05: five per cent
  std::vector<SlowedCase> cases;
};

struct Selfcheck {
  Comparison floor;  ///< its line is also the one by which pairs of slowdowns count: see ContestOrder::counted_line_ns
  std::vector<Slowdown> slowdowns;

  /// The floor is low enough, nothing failed, and the gate agrees with what is true.
  [[nodiscard]] bool is_ok() const;
};

}  // namespace shmlab::gate
