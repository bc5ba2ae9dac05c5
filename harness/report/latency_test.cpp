#include "report/latency.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

namespace shmlab::report {
namespace {

constexpr double ns_per_tick = 0.5;

std::unique_ptr<measure::Histogram> histogram_of(const std::vector<std::uint64_t>& values) {
  auto histogram = std::make_unique<measure::Histogram>();
  for (const std::uint64_t value : values) { histogram->record(value); }
  return histogram;
}

std::vector<std::uint64_t> any_values() {
  return *rc::gen::nonEmpty(rc::gen::container<std::vector<std::uint64_t>>(rc::gen::oneOf(
      rc::gen::inRange<std::uint64_t>(0, 1'000), rc::gen::inRange<std::uint64_t>(0, 3 * measure::Histogram::largest_value))));
}

TEST(Latency, OfNothingIsNaN) {
  const LatencyHistogram empty = compact("wait", *histogram_of({}), ns_per_tick);
  EXPECT_EQ(empty.count, 0U);
  EXPECT_TRUE(empty.buckets.empty());
  EXPECT_TRUE(std::isnan(percentile_ns(empty, 0.5)));
  EXPECT_TRUE(std::isnan(mean_ns(empty)));
  EXPECT_TRUE(std::isnan(max_ns(empty)));
}

RC_GTEST_PROP(Latency, AgreesWithTheHistogram, ()) {
  const auto histogram = histogram_of(any_values());
  const LatencyHistogram latency = compact("wait", *histogram, ns_per_tick);
  RC_ASSERT(latency.count == histogram->count());
  RC_ASSERT(max_ns(latency) == static_cast<double>(histogram->max()) * ns_per_tick);
  RC_ASSERT(mean_ns(latency) == histogram->mean() * ns_per_tick);
  for (const double q : {0.001, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    RC_ASSERT(percentile_ns(latency, q) == static_cast<double>(histogram->percentile(q)) * ns_per_tick);
  }
}

RC_GTEST_PROP(Latency, MergesLikeTheHistogram, ()) {
  const auto first = histogram_of(any_values());
  const auto second = histogram_of(any_values());
  const LatencyHistogram a = compact("wait", *first, ns_per_tick);
  const LatencyHistogram b = compact("wait", *second, ns_per_tick);
  const std::vector<const LatencyHistogram*> both{&a, &b};
  first->merge(*second);
  RC_ASSERT(merged(both) == compact("wait", *first, ns_per_tick));
}

}  // namespace
}  // namespace shmlab::report
