#include "gate/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace shmlab::gate {
namespace {

constexpr double first_rate = 0.1;
constexpr double most_rate = 1;  // a delay each time
constexpr std::uint64_t pairs_of_search[] = {40, 40, 40, 100};
constexpr std::size_t most_truths = 3;

/// What is asked for is surpassed a little: it is to be that much at least.
double aim(double target) {
  return 1.08 * std::log(target);
}

bool is_near(const Finding& finding, double target) {
  const double found = std::log(finding.ratio);
  return found >= std::log(target) && found <= 1.2 * std::log(target);
}

/// The rate of one case, nearer to what is wanted with each finding: between the last ones below and above it by linear interpolation, since a case
/// may be faster with the code of a delay that is never due; until there are both, in proportion.
class Search {
 public:
  explicit Search(double target) : aim_(aim(target)) {}

  [[nodiscard]] double rate() const { return rate_; }
  void found(const Finding& finding) {
    const Tried last{rate_, std::log(finding.ratio)};
    (last.effect < aim_ ? below_ : above_) = last;
    if (below_ && above_ && below_->rate < above_->rate) {
      rate_ = below_->rate + (above_->rate - below_->rate) * (aim_ - below_->effect) / (above_->effect - below_->effect);
    } else {
      rate_ = in_proportion(last);
    }
  }

 private:
  struct Tried {
    double rate;
    double effect;  ///< logarithm of the ratio
  };

  /// Not far at once: noise may show nothing, or a gain.
  [[nodiscard]] double in_proportion(const Tried& last) const {
    constexpr double farthest = 3;
    const double factor = last.effect > 0 ? std::clamp(aim_ / last.effect, 1 / farthest, farthest) : farthest;
    return std::min(last.rate * factor, most_rate);
  }

  double aim_;
  double rate_ = first_rate;
  std::optional<Tried> below_;
  std::optional<Tried> above_;
};

std::vector<double> rates_of(const std::vector<Search>& searches) {
  std::vector<double> rates;
  for (const Search& search : searches) { rates.push_back(search.rate()); }
  return rates;
}

}  // namespace

std::vector<Calibrated> calibrate(std::size_t cases, double target, const Trial& trial) {
  std::vector<Search> searches(cases, Search(target));
  for (const std::uint64_t pairs : pairs_of_search) {
    const std::vector<Finding> found = trial(rates_of(searches), pairs);
    for (std::size_t i = 0; i < cases; ++i) { searches[i].found(found.at(i)); }
  }
  std::vector<Calibrated> calibrated(cases);
  for (std::size_t round = 0; round < most_truths; ++round) {
    const std::vector<double> rates = rates_of(searches);
    const std::vector<Finding> found = trial(rates, pairs_of_truth);
    bool all_near = true;
    for (std::size_t i = 0; i < cases; ++i) {
      calibrated[i] = {rates[i], found.at(i)};
      if (is_near(found[i], target)) { continue; }
      all_near = false;
      searches[i].found(found[i]);
    }
    if (all_near) { break; }
  }
  return calibrated;
}

}  // namespace shmlab::gate
