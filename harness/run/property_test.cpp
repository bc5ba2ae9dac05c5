#include "run/property.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "run/property_values.hpp"
#include "run/result.hpp"

namespace shmlab::run {
namespace {

using namespace std::chrono_literals;

PropertyBudget exactly(std::uint64_t runs, std::uint64_t seed = 1) {
  PropertyBudget budget;
  budget.min_runs = budget.max_runs = runs;
  budget.share = 10min;
  budget.seed = seed;
  return budget;
}

PropertyReport check(std::string_view strategy, std::string_view scenario, const PropertyBudget& budget) {
  return check_pair(catalogue::strategy(strategy), catalogue::scenario(scenario), budget);
}

std::vector<ParamValues> first_values(std::string_view strategy, std::string_view scenario, std::uint64_t seed,
                                      const std::vector<std::string>& fixed = {}) {
  PropertyValues stream(catalogue::strategy(strategy), catalogue::scenario(scenario), seed, fixed);
  std::vector<ParamValues> values;
  std::string why_not;
  for (int i = 0; i < 50; ++i) {
    const auto next = stream.next(why_not);
    values.push_back(next ? next->value() : ParamValues{});
  }
  return values;
}

TEST(PropertyValues, DependOnSeedAndPairAlone) {
  const auto values = first_values("futex_mutex", "contended_counter", 7);
  EXPECT_EQ(values, first_values("futex_mutex", "contended_counter", 7));
  EXPECT_NE(values, first_values("futex_mutex", "contended_counter", 8));
  EXPECT_NE(values, first_values("pthread_mutex", "contended_counter", 7));
}

TEST(PropertyValues, AreInRangeShortAndDifferent) {
  const catalogue::ScenarioEntry& scenario = catalogue::scenario("stream");
  const std::size_t operations = scenario.param_index("operations");
  const std::size_t payload = scenario.param_index("payload_bytes");
  const std::size_t capacity = scenario.param_index("capacity");
  const auto values = first_values("spsc_ring", "stream", 1);
  for (const ParamValues& each : values) {
    EXPECT_GE(each[operations], 1U);
    EXPECT_LE(each[operations], 200U);
    EXPECT_LE(each[payload], 4096U);
    EXPECT_LE(each[capacity], 64U);
    for (std::size_t i = 0; i < scenario.params.size(); ++i) {
      EXPECT_GE(each[i], scenario.params[i].low);
      EXPECT_LE(each[i], scenario.params[i].high);
    }
  }
  EXPECT_GT(std::set<ParamValues>(values.begin(), values.end()).size(), 25U);
}

TEST(PropertyValues, FixedParametersStay) {
  const std::size_t capacity = catalogue::scenario("stream").param_index("capacity");
  for (const ParamValues& each : first_values("spsc_ring", "stream", 1, {"capacity=1000"})) { EXPECT_EQ(each[capacity], 1000U); }
  EXPECT_THROW(first_values("spsc_ring", "stream", 1, {"capacity=0"}), BadInput);
  EXPECT_THROW(first_values("spsc_ring", "stream", 1, {"capcity=1"}), BadInput);
}

TEST(PropertyValues, APairThatNeverFitsSaysWhy) {
  const auto& counter = catalogue::scenario("contended_counter");
  EXPECT_EQ(misfit(catalogue::strategy("seqlock"), counter, {}), "needs exclusive, has snapshot");
  EXPECT_EQ(misfit(catalogue::strategy("futex_mutex"), counter, {}), "");
}

TEST(Property, RunsAsOftenAsItIsTold) {
  std::uint64_t told = 0;
  PropertyBudget budget = exactly(120);
  const PropertyReport report =
      check_pair(catalogue::strategy("futex_mutex"), catalogue::scenario("contended_counter"), budget, [&told] { ++told; });
  EXPECT_EQ(report.judgement(), Judgement::ok);
  EXPECT_EQ(report.runs(), 120U);
  EXPECT_EQ(told, 120U);
}

TEST(Property, SamplesTheOtherLanes) {
  const PropertyReport report = check("futex_mutex", "contended_counter", exactly(120));
  const bool has_tracing = !catalogue::strategy("futex_mutex").traced_cases.empty();
  ASSERT_EQ(report.lanes.size(), 3U);
  EXPECT_EQ(report.lanes[0].lane, Lane::forked);
  EXPECT_EQ(report.lanes[0].runs, has_tracing ? 57U : 117U);
  EXPECT_EQ(report.lanes[1].lane, Lane::processes);
  EXPECT_EQ(report.lanes[1].runs, 3U) << "one of 50, the first included";
  EXPECT_EQ(report.lanes[2].lane, Lane::scheduled);
  EXPECT_EQ(report.lanes[2].runs, has_tracing ? 60U : 0U) << "half of all";
}

TEST(Property, NamesTheRegionKindsThatDoNotReachALane) {
  PropertyBudget budget = exactly(8);
  budget.lanes = {Lane::processes};
  const PropertyReport report = check("futex_mutex", "parent_child", budget);
  EXPECT_EQ(report.judgement(), Judgement::ok);
  EXPECT_EQ(report.runs(), 8U);
  ASSERT_EQ(report.lanes[0].left_out.size(), 1U);
  EXPECT_TRUE(report.lanes[0].left_out[0].starts_with("anonymous: ")) << report.lanes[0].left_out[0];
}

TEST(Property, WithoutAnyRegionThereIsNoVerdict) {
  PropertyBudget budget = exactly(8);
  budget.lanes = {Lane::processes};
  budget.regions = {shm::RegionKind::anonymous};
  const PropertyReport report = check("futex_mutex", "parent_child", budget);
  EXPECT_EQ(report.runs(), 0U);
  EXPECT_EQ(report.judgement(), Judgement::unknown);
  EXPECT_NE(report.shortfall.find("anonymous"), std::string::npos) << report.shortfall;
}

TEST(Property, ABudgetThatEndsTooEarlyIsNoVerdict) {
  PropertyBudget budget;
  budget.end = std::chrono::steady_clock::now();
  const PropertyReport report = check("futex_mutex", "parent_child", budget);
  EXPECT_EQ(report.runs(), 0U);
  EXPECT_EQ(report.judgement(), Judgement::unknown);
  EXPECT_EQ(report.shortfall, "the budget ended after 0 of 20 runs");
}

TEST(Property, TheShareEndsAPairOnlyAfterTheLeastRuns) {
  PropertyBudget budget;
  budget.share = 0s;
  const PropertyReport report = check("futex_mutex", "uncontended", budget);
  EXPECT_EQ(report.runs(), budget.min_runs);
  EXPECT_EQ(report.judgement(), Judgement::ok);
}

TEST(Property, FindsWhatABrokenLockViolatesAndHowOften) {
  PropertyBudget budget = exactly(5000);
  budget.lanes = {Lane::forked};
  budget.share = 1s;  // and so much for the rate
  budget.regions = {shm::RegionKind::memfd};
  const PropertyReport report = check("unsynchronised", "contended_counter", budget);
  EXPECT_EQ(report.judgement(), Judgement::violated);
  ASSERT_TRUE(report.violation.has_value());
  const PropertyFinding found = report.violation.value_or(PropertyFinding{});
  EXPECT_EQ(found.detector, detector::invariant);
  EXPECT_NE(found.verdict.why, "");
  EXPECT_EQ(found.run, report.runs()) << "the finding ends the pair";
  EXPECT_GE(found.reruns, 1U);
  EXPECT_LE(found.reproduced, found.reruns);
}

TEST(Property, AFindingComesBackWithItsParameters) {
  PropertyBudget budget = exactly(5000);
  budget.lanes = {Lane::forked};
  budget.fixed = {"participants=3", "operations=1000", "inside_pauses=100"};
  budget.share = 1s;  // and so much for the rate
  budget.regions = {shm::RegionKind::memfd};
  const PropertyReport report = check("unsynchronised", "contended_counter", budget);
  ASSERT_TRUE(report.violation.has_value());
  const PropertyFinding found = report.violation.value_or(PropertyFinding{});
  EXPECT_GE(found.reproduced, 1U) << "of " << found.reruns;
}

}  // namespace
}  // namespace shmlab::run
