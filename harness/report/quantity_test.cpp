#include "report/quantity.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace shmlab::report {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(Significant, KeepsThreeDigits) {
  EXPECT_EQ(significant(1.234), "1.23");
  EXPECT_EQ(significant(12.34), "12.3");
  EXPECT_EQ(significant(512.4), "512");
  EXPECT_EQ(significant(3467), "3470");
  EXPECT_EQ(significant(0.9876), "0.988");
  EXPECT_EQ(significant(9.996), "10.0");
  EXPECT_EQ(significant(-12.34), "-12.3");
}

TEST(Significant, KnowsNothingSmallAndZero) {
  EXPECT_EQ(significant(0), "0");
  EXPECT_EQ(significant(1e-7), "<0.001");
  EXPECT_EQ(significant(0.001), "0.001");
  EXPECT_EQ(significant(nan), "");
  EXPECT_EQ(significant(infinity), "");
}

TEST(TimeText, ChoosesTheUnitAfterRounding) {
  EXPECT_EQ(time_text(0.1234), "0.123 ns");
  EXPECT_EQ(time_text(54), "54.0 ns");
  EXPECT_EQ(time_text(999.4), "999 ns");
  EXPECT_EQ(time_text(999.6), "1.00 µs");
  EXPECT_EQ(time_text(49'100), "49.1 µs");
  EXPECT_EQ(time_text(2.5e6), "2.50 ms");
  EXPECT_EQ(time_text(12.25e9), "12.3 s");
  EXPECT_EQ(time_text(4e12), "4000 s");
  EXPECT_EQ(time_text(0), "0 ns");
  EXPECT_EQ(time_text(nan), "");
}

TEST(TimeRangeText, UsesTheUnitOfTheMedian) {
  EXPECT_EQ(time_range_text(1000, 980, 1020), "0.980–1.02");
  EXPECT_EQ(time_range_text(12.3, 11.9, 12.8), "11.9–12.8");
  EXPECT_EQ(time_range_text(nan, 1, 2), "");
  EXPECT_EQ(time_range_text(1, nan, 2), "");
}

TEST(RateText, UsesPrefixes) {
  EXPECT_EQ(rate_text(812), "812");
  EXPECT_EQ(rate_text(8123), "8.12 k");
  EXPECT_EQ(rate_text(81.2e6), "81.2 M");
  EXPECT_EQ(rate_text(1.2e9), "1.20 G");
  EXPECT_EQ(rate_text(nan), "");
}

TEST(BytesText, UsesBinaryUnits) {
  EXPECT_EQ(bytes_text(512), "512 B");
  EXPECT_EQ(bytes_text(32'768), "32.0 KiB");
  EXPECT_EQ(bytes_text(64.0 * 1024 * 1024), "64.0 MiB");
}

}  // namespace
}  // namespace shmlab::report
