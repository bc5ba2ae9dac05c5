#include "gate/selfcheck.hpp"

#include <algorithm>
#include <cmath>

namespace shmlab::gate {

double certain_effect(const Finding& finding) {
  if (finding.pairs == 0) { return 0; }
  return std::max({0.0, finding.low - 1, 1 / finding.high - 1});
}

double floor_of(const Comparison& comparison) {
  double most = 0;
  for (const CaseComparison& one : comparison.cases) { most = std::max(most, certain_effect(one.finding)); }
  return most;
}

bool agrees(const SlowedCase& slowed, const Margins& margins) {
  if (slowed.verdict.verdict == Verdict::error || slowed.delay.truth.verdict == Verdict::error) { return false; }
  const bool is_regressed = slowed.verdict.verdict == Verdict::regressed;
  if (std::log(slowed.delay.truth.low) >= margins.tolerated) { return is_regressed; }
  if (std::log(slowed.delay.truth.high) <= margins.noise) { return !is_regressed; }
  return true;
}

bool Selfcheck::is_ok() const {
  const bool has_failed =
      std::ranges::any_of(floor.cases, [](const CaseComparison& one) { return one.finding.verdict == Verdict::error; });
  return !has_failed && floor_of(floor) <= most_floor && std::ranges::all_of(slowdowns, [](const Slowdown& slowdown) {
    return std::ranges::all_of(slowdown.cases, [](const SlowedCase& each) { return agrees(each); });
  });
}

}  // namespace shmlab::gate
