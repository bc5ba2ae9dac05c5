#include "report/summary.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <map>
#include <string>

#include "report/testing/sample_run.hpp"

namespace shmlab::report {
namespace {

using measure::Regime;
using testing::sample;

TEST(Summary, TakesMedians) {
  const Summary summary = summarise(testing::ping_pong("x", {sample(10), sample(30), sample(20)}));
  EXPECT_EQ(summary.samples_used, 3U);
  EXPECT_DOUBLE_EQ(summary.ns_per_operation.median, 20);
  EXPECT_DOUBLE_EQ(summary.ns_per_operation.low, 10);
  EXPECT_DOUBLE_EQ(summary.ns_per_operation.high, 30);
  EXPECT_DOUBLE_EQ(summary.operations_per_s, 5e7);
  EXPECT_DOUBLE_EQ(summary.cpu_ns_per_operation, 40);
  EXPECT_TRUE(std::isnan(summary.jain));
}

TEST(Summary, LeavesFarSamplesOut) {
  CaseResult result = testing::ping_pong("x", {sample(10), sample(900, Regime::far), sample(12), sample(14, Regime::unknown)});
  result.samples[0].latencies = {testing::latency("wait", {20})};
  result.samples[1].latencies = {testing::latency("wait", {1800})};
  const Summary summary = summarise(result);
  EXPECT_EQ(summary.samples_used, 3U);
  EXPECT_EQ(summary.samples_far, 1U);
  EXPECT_FALSE(summary.all_far);
  EXPECT_DOUBLE_EQ(summary.ns_per_operation.high, 14);
  ASSERT_EQ(summary.latencies.size(), 1U);
  EXPECT_DOUBLE_EQ(max_ns(summary.latencies[0]), 10);
}

TEST(Summary, UsesFarSamplesWhenThereAreNoOthers) {
  const Summary summary = summarise(testing::ping_pong("x", {sample(10, Regime::far), sample(30, Regime::far)}));
  EXPECT_EQ(summary.samples_used, 2U);
  EXPECT_EQ(summary.samples_far, 2U);
  EXPECT_TRUE(summary.all_far);
  EXPECT_DOUBLE_EQ(summary.ns_per_operation.median, 20);
}

TEST(Summary, OfNoSampleHasNoFigures) {
  const Summary summary = summarise(testing::ping_pong("x", {}));
  EXPECT_EQ(summary.samples_used, 0U);
  EXPECT_FALSE(summary.all_far);
  EXPECT_TRUE(std::isnan(summary.ns_per_operation.median));
  EXPECT_TRUE(summary.latencies.empty());
}

TEST(Summary, TheFloorIsTheOneBesideEachSample) {
  Sample first = sample(100);
  first.floor_before_ns = 40;
  first.floor_after_ns = 60;
  EXPECT_DOUBLE_EQ(floor_multiple_of(first), 2);
  first.floor_after_ns = not_measured;
  EXPECT_DOUBLE_EQ(floor_multiple_of(first), 2.5);
  Sample second = sample(100);
  second.floor_before_ns = not_measured;
  second.floor_after_ns = not_measured;
  EXPECT_TRUE(std::isnan(floor_multiple_of(second)));
  EXPECT_DOUBLE_EQ(summarise(testing::ping_pong("x", {first, second})).floor_multiple, 2.5);
}

TEST(Summary, MergesHistogramsByNameInOrder) {
  CaseResult result = testing::ping_pong("x", {sample(1), sample(1)});
  result.samples[0].latencies = {testing::latency("read", {2, 4}), testing::latency("age", {100})};
  result.samples[1].latencies = {testing::latency("read", {6}), testing::latency("age", {300})};
  const Summary summary = summarise(result);
  ASSERT_EQ(summary.latencies.size(), 2U);
  EXPECT_EQ(summary.latencies[0].name, "read");
  EXPECT_EQ(summary.latencies[0].count, 3U);
  EXPECT_EQ(summary.latencies[1].name, "age");
  EXPECT_EQ(summary.latencies[1].count, 2U);
}

TEST(Summary, CountersAreMediansWithoutWhatWasNotMeasured) {
  CaseResult result = testing::ping_pong("x", {sample(1), sample(1), sample(1)});
  result.samples[0].counters = {{"retries", 1}};
  result.samples[1].counters = {{"retries", 3}, {"stale", not_measured}};
  result.samples[2].counters = {{"retries", 11}};
  const Summary summary = summarise(result);
  EXPECT_EQ(summary.counters, (std::map<std::string, double>{{"retries", 3}}));
}

TEST(Summary, CountersAreAlsoForAThousandOperationsOfTheirOwnSample) {
  CaseResult result = testing::ping_pong("x", {sample(1), sample(1), sample(1)});
  for (std::size_t i = 0; i < 3; ++i) {
    result.samples[i].operations = 100 * (i + 1);
    result.samples[i].counters = {{"handoffs", 60}};
    result.samples[i].cycles_per_operation = static_cast<double>(10 * (i + 1));
  }
  const Summary summary = summarise(result);
  EXPECT_EQ(summary.counters_per_1000, (std::map<std::string, double>{{"handoffs", 300}})) << "of 600, 300 and 200";
  EXPECT_EQ(summary.cycles_per_operation, 20);
  EXPECT_TRUE(std::isnan(summary.cache_misses_per_operation));
}

}  // namespace
}  // namespace shmlab::report
