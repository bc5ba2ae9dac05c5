#include "gate/observed_pair.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace shmlab::gate {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

ObservedPair between(double before_ns, double after_ns) {
  return {.base = {.ns_per_operation = 10, .error = {}},
          .head = {.ns_per_operation = 11, .error = {}},
          .line = {before_ns, after_ns}};
}

TEST(ObservedPairTest, IsUsualWhereALineTookAboutAsLongBothTimes) {
  EXPECT_TRUE(is_usual(between(40, 40), 40));
  EXPECT_TRUE(is_usual(between(59, 27), 40));
  EXPECT_FALSE(is_usual(between(61, 40), 40));
  EXPECT_FALSE(is_usual(between(40, 61), 40));
  EXPECT_FALSE(is_usual(between(26, 40), 40)) << "near where most are far";
  EXPECT_FALSE(is_usual(between(40, 26), 40));
}

TEST(ObservedPairTest, WhatIsNotKnownIsUsual) {
  EXPECT_TRUE(is_usual(between(unknown, unknown), 40));
  EXPECT_FALSE(is_usual(between(unknown, 400), 40));
  EXPECT_TRUE(is_usual(between(40, 400), unknown));
}

TEST(ObservedPairTest, CountsWhatIsUsualUnlessMostIsNot) {
  const std::vector<ObservedPair> half{between(40, 40), between(40, 400), between(400, 400), between(41, 42)};
  const std::vector<ObservedPair> counted = those_that_count(half, 40);
  ASSERT_EQ(counted.size(), 2U);
  EXPECT_EQ(counted[1].line.after_ns, 42);
  const std::vector<ObservedPair> most_not{between(40, 40), between(40, 400), between(400, 400)};
  EXPECT_EQ(those_that_count(most_not, 40).size(), 3U);
  EXPECT_EQ(usual_ones(most_not, 40).size(), 1U);
  EXPECT_EQ(those_that_count({}, 40).size(), 0U);
}

TEST(ObservedPairTest, ARatioIsOfHeadToBase) {
  EXPECT_NEAR(between(40, 40).log_ratio(), std::log(1.1), 1e-12);
}

}  // namespace
}  // namespace shmlab::gate
