#include "gate/exact.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace shmlab::gate {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(BinomialTest, SmallOnesByHand) {
  EXPECT_EQ(binomial_half_cdf(-1, 4), 0);
  EXPECT_EQ(binomial_half_cdf(0, 4), 1.0 / 16);
  EXPECT_EQ(binomial_half_cdf(1, 4), 5.0 / 16);
  EXPECT_EQ(binomial_half_cdf(2, 4), 11.0 / 16);
  EXPECT_EQ(binomial_half_cdf(4, 4), 1);
  EXPECT_EQ(binomial_half_cdf(9, 4), 1);
  EXPECT_EQ(binomial_half_cdf(0, 0), 1);
}

RC_GTEST_PROP(BinomialTest, IsSymmetric, ()) {
  const auto n = *rc::gen::inRange<std::int64_t>(1, 1001);
  const auto k = *rc::gen::inRange<std::int64_t>(-1, n + 1);
  const auto count = static_cast<std::uint64_t>(n);
  RC_ASSERT(std::abs(binomial_half_cdf(k, count) + binomial_half_cdf(n - k - 1, count) - 1) < 1e-12);
}

TEST(SignTestTest, IsOneSided) {
  EXPECT_EQ(sign_test(0, 0), 1);
  EXPECT_EQ(sign_test(0, 5), 1);
  EXPECT_EQ(sign_test(5, 0), 1.0 / 32);
  EXPECT_EQ(sign_test(4, 1), 6.0 / 32);
}

TEST(MedianBoundsTest, AreRanks) {
  // Of 10, P(B < 2) = 11/1024 and P(B < 3) = 56/1024.
  std::vector<double> samples{10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
  EXPECT_EQ(rank_of_lower_bound(10, 0.0108), 2U);
  EXPECT_EQ(rank_of_lower_bound(10, 0.0107), 1U);
  EXPECT_EQ(median_bounds(samples, 0.0108).low, 2);
  EXPECT_EQ(median_bounds(samples, 0.0108).high, 9);
}

TEST(MedianBoundsTest, TooFewSamplesBoundNothing) {
  EXPECT_EQ(rank_of_lower_bound(0, 0.5), 0U);
  EXPECT_EQ(rank_of_lower_bound(6, 0.01), 0U);
  const std::vector<double> samples{1, 2, 3, 4, 5, 6};
  EXPECT_EQ(median_bounds(samples, 0.01).low, -infinity);
  EXPECT_EQ(median_bounds(samples, 0.01).high, infinity);
}

/// A bound is the sign test turned round: the median is surely above x when a sign test against x says so.
RC_GTEST_PROP(MedianBoundsTest, SayWhatTheSignTestSays, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint32_t>();
  const auto n = *rc::gen::inRange<std::size_t>(1, 120);
  const double alpha = std::pow(10, -*rc::gen::inRange(5, 50) / 10.0);
  std::mt19937 random(seed);
  std::vector<double> samples(n);
  for (double& sample : samples) { sample = std::uniform_real_distribution<double>(-1, 3)(random); }
  const auto above = static_cast<std::uint64_t>(std::ranges::count_if(samples, [](double sample) { return sample > 0; }));
  RC_ASSERT((median_bounds(samples, alpha).low > 0) == (sign_test(above, n - above) <= alpha));
}

TEST(NormalQuantileTest, TablesAgree) {
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-12);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-11);
  EXPECT_NEAR(normal_quantile(0.01), -2.326347874040841, 1e-11);
}

TEST(RobustDeviationTest, OneWildSampleChangesLittle) {
  std::vector<double> samples;
  std::mt19937 random(7);
  std::normal_distribution<double> normal(3, 2);
  for (int i = 0; i < 2000; ++i) { samples.push_back(normal(random)); }
  const double before = robust_deviation(samples);
  EXPECT_NEAR(before, 2, 0.15);
  samples.push_back(1e9);
  EXPECT_NEAR(robust_deviation(samples), before, 0.01);
  EXPECT_EQ(robust_deviation(std::vector{1.0}), 0);
  EXPECT_EQ(robust_deviation(std::vector{1.0, 1.0, 1.0}), 0);
}

}  // namespace
}  // namespace shmlab::gate
