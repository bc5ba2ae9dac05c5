#include "gate/calibration.hpp"

#include <algorithm>
#include <cmath>

namespace shmlab::gate {
namespace {

constexpr double first_rate = 0.1;
constexpr double most_rate = 1;  // a delay each time
constexpr std::uint64_t pairs_of_search[] = {40, 40, 100};
constexpr std::size_t most_truths = 3;

/// What is asked for is surpassed a little: it is to be that much at least.
double aim(double target) {
  return 1.08 * std::log(target);
}

bool is_near(const Finding& finding, double target) {
  const double found = std::log(finding.ratio);
  return found >= std::log(target) && found <= 1.2 * std::log(target);
}

/// In proportion, but not far at once: noise may show nothing, or a gain.
double nearer(double rate, const Finding& finding, double target) {
  constexpr double farthest = 3;
  const double found = std::log(finding.ratio);
  const double factor = found > 0 ? std::clamp(aim(target) / found, 1 / farthest, farthest) : farthest;
  return std::min(rate * factor, most_rate);
}

}  // namespace

std::vector<Calibrated> calibrate(std::size_t cases, double target, const Trial& trial) {
  std::vector<double> rates(cases, first_rate);
  for (const std::uint64_t pairs : pairs_of_search) {
    const std::vector<Finding> found = trial(rates, pairs);
    for (std::size_t i = 0; i < cases; ++i) { rates[i] = nearer(rates[i], found.at(i), target); }
  }
  std::vector<Calibrated> calibrated(cases);
  for (std::size_t round = 0; round < most_truths; ++round) {
    const std::vector<Finding> found = trial(rates, pairs_of_truth);
    bool all_near = true;
    for (std::size_t i = 0; i < cases; ++i) {
      calibrated[i] = {rates[i], found.at(i)};
      if (is_near(found[i], target)) { continue; }
      all_near = false;
      rates[i] = nearer(rates[i], found[i], target);
    }
    if (all_near) { break; }
  }
  return calibrated;
}

}  // namespace shmlab::gate
