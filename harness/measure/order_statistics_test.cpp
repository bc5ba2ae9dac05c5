#include "measure/order_statistics.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

namespace shmlab::measure {
namespace {

/// Binomial coefficients of one n, exactly: Pascal's triangle fits 64 bits up to n = 62.
std::vector<std::uint64_t> pascal_row(std::size_t n) {
  std::vector<std::uint64_t> row{1};
  for (std::size_t line = 1; line <= n; ++line) {
    row.push_back(1);
    for (std::size_t index = line - 1; index > 0; --index) { row[index] += row[index - 1]; }
  }
  return row;
}

double exact_coverage(std::size_t n, std::size_t k) {
  const auto row = pascal_row(n);
  const auto below = std::accumulate(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(k), std::uint64_t{0});
  return 1 - std::ldexp(static_cast<double>(below), 1 - static_cast<int>(n));
}

std::vector<double> one_to(std::size_t n) {
  std::vector<double> samples(n);
  std::iota(samples.begin(), samples.end(), 1.0);
  return samples;
}

TEST(OrderStatistics, MedianAndLowerQuartile) {
  EXPECT_EQ(median_of(std::vector{3.0, 1.0, 2.0}), 2.0);
  EXPECT_EQ(median_of(std::vector{4.0, 1.0, 2.0, 3.0}), 2.5);
  EXPECT_EQ(lower_quartile_of(std::vector{7.0}), 7.0);
  EXPECT_EQ(lower_quartile_of(std::vector{4.0, 3.0, 2.0, 1.0}), 1.0);
  EXPECT_EQ(lower_quartile_of(std::vector{5.0, 4.0, 3.0, 2.0, 1.0}), 2.0);
  EXPECT_TRUE(std::isnan(median_of({})));
  EXPECT_TRUE(std::isnan(lower_quartile_of({})));
}

TEST(OrderStatistics, CoverageIsTheExactBinomial) {
  for (std::size_t n = 1; n <= 62; ++n) {
    for (std::size_t k = 1; k <= (n + 1) / 2; ++k) {
      ASSERT_NEAR(coverage_of_order_statistics(n, k), exact_coverage(n, k), 1e-12) << "n " << n << ", k " << k;
    }
  }
}

TEST(OrderStatistics, CoverageSurvivesUnderflow) {
  // 2^-5000 is no double. The pair of k = n/2 leaves out all but the two middle samples: 2^-n times the middle coefficient,
  // by Stirling's formula 1 / sqrt(pi n / 2) to 1/(4n).
  constexpr std::size_t n = 5'000;
  EXPECT_NEAR(coverage_of_order_statistics(n, n / 2), 1 / std::sqrt(3.14159265358979 * n / 2), 1e-6);
}

TEST(MedianInterval, TakesTheNarrowestPairThatCovers) {
  for (std::size_t n = 6; n <= 62; ++n) {
    const Interval interval = median_interval(one_to(n));
    const auto k = static_cast<std::size_t>(interval.low);
    EXPECT_EQ(interval.high, static_cast<double>(n + 1 - k)) << n;
    EXPECT_NEAR(interval.confidence, exact_coverage(n, k), 1e-12) << n;
    EXPECT_GE(interval.confidence, 0.95) << n;
    EXPECT_LT(exact_coverage(n, k + 1), 0.95) << n;
  }
}

TEST(MedianInterval, MatchesPublishedTables) {
  // Conover, "Practical Nonparametric Statistics", and Hollander and Wolfe give these ranks for 95 %.
  EXPECT_EQ(median_interval(one_to(10)).low, 2.0);
  EXPECT_NEAR(median_interval(one_to(10)).confidence, 0.978515625, 1e-12);
  EXPECT_EQ(median_interval(one_to(20)).low, 6.0);
  EXPECT_NEAR(median_interval(one_to(20)).confidence, 0.958610534667969, 1e-12);
}

TEST(MedianInterval, SaysHowLittleFewSamplesTell) {
  for (std::size_t n = 1; n <= 5; ++n) {
    const Interval interval = median_interval(one_to(n));
    EXPECT_EQ(interval.low, 1.0);
    EXPECT_EQ(interval.high, static_cast<double>(n));
    EXPECT_NEAR(interval.confidence, 1 - std::ldexp(1.0, 1 - static_cast<int>(n)), 1e-12);
  }
  const Interval none = median_interval({});
  EXPECT_TRUE(std::isnan(none.median) && std::isnan(none.low) && std::isnan(none.high));
  EXPECT_EQ(none.confidence, 0.0);
}

TEST(MedianInterval, HonoursTheWantedConfidence) {
  EXPECT_GE(median_interval(one_to(40), 0.99).confidence, 0.99);
  EXPECT_LT(median_interval(one_to(40), 0.99).low, median_interval(one_to(40), 0.80).low);
}

RC_GTEST_PROP(MedianIntervalProperty, EnclosesTheMedianInAnyOrder, ()) {
  const auto samples = *rc::gen::nonEmpty(rc::gen::container<std::vector<double>>(
      rc::gen::map(rc::gen::inRange(-1'000'000, 1'000'000), [](int value) { return value / 64.0; })));
  const Interval interval = median_interval(samples);
  RC_ASSERT(interval.low <= interval.median);
  RC_ASSERT(interval.median <= interval.high);
  RC_ASSERT(std::ranges::find(samples, interval.low) != samples.end());
  RC_ASSERT(std::ranges::find(samples, interval.high) != samples.end());
  const std::vector<double> reversed(samples.rbegin(), samples.rend());
  RC_ASSERT(median_interval(reversed).low == interval.low);
  RC_ASSERT(median_interval(reversed).median == interval.median);
}

}  // namespace
}  // namespace shmlab::measure
