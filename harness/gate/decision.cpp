#include "gate/decision.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gate/exact.hpp"
#include "measure/order_statistics.hpp"

namespace shmlab::gate {
namespace {

/// Of each side of a bound of one case, so that the bounds of the whole family hold together.
double share_of(const Certainty& certainty, std::size_t family) {
  return certainty.alpha / static_cast<double>(std::max<std::size_t>(family, 1));
}

/// All but the verdict.
Finding measured(std::span<const double> log_ratios, const Bounds& bounds) {
  Finding finding;
  finding.ratio = std::exp(measure::median_of(log_ratios));
  finding.low = std::exp(bounds.low);
  finding.high = std::exp(bounds.high);
  finding.pairs = log_ratios.size();
  return finding;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass: return "PASS";
    case Verdict::improved: return "IMPROVED";
    case Verdict::added: return "NEW";
    case Verdict::removed: return "REMOVED";
    case Verdict::inconclusive: return "INCONCLUSIVE";
    case Verdict::not_comparable: return "NOT_COMPARABLE";
    case Verdict::regressed: return "REGRESSED";
    case Verdict::error: return "ERROR";
  }
  return "ERROR";
}

std::optional<Finding> judge_first_stage(std::span<const double> log_ratios, std::size_t family, const Margins& margins,
                                         const Certainty& certainty) {
  if (median_bounds(log_ratios, certainty.alpha).high >= margins.tolerated) { return std::nullopt; }
  const Bounds bounds = median_bounds(log_ratios, share_of(certainty, family));
  Finding finding = measured(log_ratios, bounds);
  finding.verdict = bounds.high < -margins.noise ? Verdict::improved : Verdict::pass;
  finding.slower_tolerated = bounds.low > 0;
  return finding;
}

Finding undecided(std::span<const double> log_ratios, std::size_t family, const Margins& margins, const Certainty& certainty) {
  Finding finding = measured(log_ratios, median_bounds(log_ratios, share_of(certainty, family)));
  finding.verdict = Verdict::inconclusive;
  finding.pairs_needed = std::max(pairs_needed(log_ratios, family, margins, certainty), finding.pairs + 1);
  return finding;
}

bool can_judge(std::size_t pairs, std::size_t family, const Certainty& certainty) {
  return rank_of_lower_bound(pairs, share_of(certainty, family)) > 0;
}

std::uint64_t pairs_needed(std::span<const double> log_ratios, std::size_t family, const Margins& margins,
                           const Certainty& certainty) {
  constexpr double error_of_median = 1.2533;  // sqrt(pi / 2): of a normal median, in standard errors of its mean
  constexpr double reserve = 2.5;
  const double sure = normal_quantile(1 - share_of(certainty, family)) + normal_quantile(certainty.power);
  const double apart = error_of_median * robust_deviation(log_ratios) * sure / (margins.tolerated - margins.noise);
  const double pairs = std::ceil(reserve * apart * apart);
  return std::isfinite(pairs) && pairs < 1e15 ? static_cast<std::uint64_t>(pairs) : std::numeric_limits<std::uint64_t>::max();
}

Finding judge_second_stage(std::span<const double> log_ratios, std::size_t family, const Margins& margins,
                           const Certainty& certainty) {
  const Bounds bounds = median_bounds(log_ratios, share_of(certainty, family));
  Finding finding = measured(log_ratios, bounds);
  finding.slower_tolerated = bounds.low > 0;
  if (bounds.low > margins.noise) {
    finding.verdict = Verdict::regressed;
  } else if (bounds.high < -margins.noise) {
    finding.verdict = Verdict::improved;
  } else if (median_bounds(log_ratios, certainty.alpha).high < margins.tolerated) {
    finding.verdict = Verdict::pass;
  } else {
    finding = undecided(log_ratios, family, margins, certainty);
  }
  finding.slower_tolerated = finding.slower_tolerated && finding.verdict == Verdict::pass;
  return finding;
}

}  // namespace shmlab::gate
