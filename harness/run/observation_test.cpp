#include "run/observation.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "measure/clock.hpp"
#include "run/testing/plans.hpp"

namespace shmlab::run {
namespace {

using measure::Mark;
using std::chrono::microseconds;
using std::chrono::milliseconds;

std::uint64_t at(milliseconds time) {
  return 1'000'000 + measure::Clock::from_ns(1e6 * static_cast<double>(time.count()));
}

Plan endless(std::string_view strategy, std::string_view scenario) {
  Plan plan = testing::plan_for(strategy, scenario, 1);
  plan.values[plan.scenario->param_index("operations")] = 0;
  return plan;
}

TEST(SlicesTest, OperationsOfAllInTheSameMillisecondAreCountedTogether) {
  const std::vector<std::vector<Mark>> marks{
      {{at(milliseconds(0)), 0}, {at(milliseconds(2)), 2000}, {at(milliseconds(4)), 6000}},
      {{at(milliseconds(0)), 0}, {at(milliseconds(4)), 4000}},
  };
  const std::vector<double> slices = slices_of(marks, milliseconds(1), milliseconds(1));
  ASSERT_EQ(slices.size(), 3U);
  EXPECT_NEAR(slices[0], 1e6 / 2000, 1);  // 1000 of each
  EXPECT_NEAR(slices[1], 1e6 / 3000, 1);  // 2000 and 1000
  EXPECT_NEAR(slices[2], 1e6 / 3000, 1);
}

TEST(SlicesTest, EndWhereTheFirstOneEnds) {
  const std::vector<std::vector<Mark>> marks{
      {{at(milliseconds(0)), 0}, {at(milliseconds(3)), 300}},
      {{at(milliseconds(1)), 0}, {at(milliseconds(9)), 800}},
  };
  EXPECT_EQ(slices_of(marks, milliseconds(0), milliseconds(1)).size(), 2U);
}

TEST(SlicesTest, WhereNobodyDoesAnythingItTakesForever) {
  const std::vector<std::vector<Mark>> marks{{{at(milliseconds(0)), 5}, {at(milliseconds(1)), 5}}};
  const std::vector<double> slices = slices_of(marks, milliseconds(0), microseconds(500));
  ASSERT_EQ(slices.size(), 2U);
  EXPECT_EQ(slices[0], std::numeric_limits<double>::infinity());
}

TEST(SlicesTest, WithoutMarksThereAreNone) {
  EXPECT_TRUE(slices_of({}, milliseconds(0), milliseconds(1)).empty());
  const std::vector<std::vector<Mark>> marks{{{at(milliseconds(0)), 0}}, {}};
  EXPECT_TRUE(slices_of(marks, milliseconds(0), milliseconds(1)).empty());
}

TEST(ObservationTest, ARunIsCutIntoSlices) {
  measure::Clock::calibrate();
  const Observation observation =
      observe(endless("futex_mutex", "uncontended"),
              {.warm_up = milliseconds(2), .run = milliseconds(20), .slice = milliseconds(1), .latency = milliseconds(5)});
  ASSERT_TRUE(observation.verdict.is_ok()) << observation.verdict.why;
  EXPECT_GT(observation.slices.size(), 1U);
  EXPECT_LE(observation.slices.size(), 60U);
  EXPECT_GT(observation.ns_per_operation, 0);
  EXPECT_GT(observation.mean_ns_per_operation, 0);
  EXPECT_GT(observation.p99_ns, 0);
}

TEST(ObservationTest, TooShortARunIsNoObservation) {
  measure::Clock::calibrate();
  const Observation observation = observe(endless("futex_mutex", "uncontended"),
                                          {.warm_up = milliseconds(1), .run = milliseconds(1), .slice = std::chrono::seconds(1)});
  EXPECT_EQ(observation.verdict.judgement, Judgement::unknown);
  EXPECT_NE(observation.verdict.why.find("slices"), std::string::npos);
}

}  // namespace
}  // namespace shmlab::run
