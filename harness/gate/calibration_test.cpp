#include "gate/calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace shmlab::gate {
namespace {

/// Cases that a delay slows down by their own laws, measured with noise that more pairs make smaller.
class DelayedCases {
 public:
  std::vector<Finding> operator()(const std::vector<double>& rates, std::uint64_t pairs) {
    asked.push_back(pairs);
    std::vector<Finding> findings;
    std::normal_distribution<double> noise(0, 0.02 / std::sqrt(static_cast<double>(pairs)));
    for (std::size_t i = 0; i < rates.size(); ++i) {
      findings.push_back({.ratio = std::exp(std::log(truth(i, rates[i])) + noise(random_)), .pairs = pairs});
    }
    return findings;
  }
  static double truth(std::size_t which, double rate) {
    switch (which) {
      case 0: return 1 + 2 * rate;                    // a fast path
      case 1: return 1 + 0.3 * rate;                  // a slow one
      case 2: return 1 + std::max(0.0, rate - 0.05);  // hidden at first
      case 3: return 0.87 + 0.9 * rate;               // faster until it is due
      default: return 1;                              // hidden for good
    }
  }
  std::vector<std::uint64_t> asked;

 private:
  std::mt19937_64 random_{1};
};

TEST(CalibrationTest, FindsTheRateOfEachCase) {
  for (const double target : {1.05, 1.10}) {
    DelayedCases simulated;
    const std::vector<Calibrated> found = calibrate(4, target, std::ref(simulated));
    ASSERT_EQ(found.size(), 4U);
    for (std::size_t i = 0; i < found.size(); ++i) {
      const double truth = DelayedCases::truth(i, found[i].rate);
      EXPECT_NEAR(std::log(found[i].truth.ratio), std::log(truth), 0.01) << i;
      EXPECT_GT(truth, 1 + 0.9 * (target - 1)) << i;
      EXPECT_LT(truth, 1 + 1.35 * (target - 1)) << i;
      EXPECT_EQ(found[i].truth.pairs, pairs_of_truth);
    }
  }
}

TEST(CalibrationTest, WhatIsHiddenForGoodIsGivenAsItIs) {
  DelayedCases simulated;
  const std::vector<Calibrated> found = calibrate(5, 1.05, std::ref(simulated));
  EXPECT_LE(found[4].rate, 1);
  EXPECT_LT(found[4].truth.ratio, 1.01);
  EXPECT_LE(simulated.asked.size(), 7U);
}

}  // namespace
}  // namespace shmlab::gate
