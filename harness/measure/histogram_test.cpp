#include "measure/histogram.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <numeric>
#include <type_traits>
#include <vector>

namespace shmlab::measure {
namespace {

static_assert(std::is_standard_layout_v<Histogram>);
static_assert(std::is_trivially_copyable_v<Histogram>);
static_assert(std::is_trivially_destructible_v<Histogram>);

using Values = std::vector<std::uint64_t>;

/// Values of every magnitude up to the given number of bits.
rc::Gen<std::uint64_t> value_of_bits(int bits) {
  return rc::gen::map(rc::gen::pair(rc::gen::arbitrary<std::uint64_t>(), rc::gen::inRange(64 - bits, 64)),
                      [](const std::pair<std::uint64_t, int>& drawn) { return drawn.first >> drawn.second; });
}

rc::Gen<Values> values_in_range() {
  return rc::gen::nonEmpty(rc::gen::container<Values>(value_of_bits(Histogram::range_bits)));
}
rc::Gen<Values> any_values() {
  return rc::gen::container<Values>(value_of_bits(64));
}
/// In thousandths, so that ranks can be worked out in integers.
rc::Gen<std::uint64_t> any_permille() {
  return rc::gen::inRange<std::uint64_t>(1, 1001);
}

std::unique_ptr<Histogram> histogram_of(const Values& values) {
  auto histogram = std::make_unique<Histogram>();
  for (const std::uint64_t value : values) { histogram->record(value); }
  return histogram;
}

void expect_same(const Histogram& one, const Histogram& other) {
  RC_ASSERT(one.count() == other.count());
  RC_ASSERT(one.sum() == other.sum());
  RC_ASSERT(one.max() == other.max());
  RC_ASSERT(one.overflow() == other.overflow());
  for (std::size_t bucket = 0; bucket < Histogram::bucket_count; ++bucket) {
    RC_ASSERT(one.count_in(bucket) == other.count_in(bucket));
  }
}

TEST(Histogram, AllBytesZeroIsEmpty) {
  const auto histogram = histogram_of({1, 1'000, 1'000'000});
  std::memset(static_cast<void*>(histogram.get()), 0, sizeof(Histogram));
  EXPECT_EQ(histogram->count(), 0U);
  EXPECT_EQ(histogram->max(), 0U);
  EXPECT_EQ(histogram->sum(), 0U);
  EXPECT_EQ(histogram->percentile(0.5), 0U);
  EXPECT_EQ(histogram->percentile(1.0), 0U);
  EXPECT_TRUE(std::isnan(histogram->mean()));
  histogram->for_each_bucket([](std::uint64_t, std::uint64_t, std::uint64_t) { FAIL() << "an empty histogram has a bucket"; });
}

TEST(Histogram, BucketsTileTheRange) {
  std::uint64_t expected = 0;
  for (std::size_t bucket = 0; bucket < Histogram::bucket_count; ++bucket) {
    const std::uint64_t lower = Histogram::lower_bound(bucket);
    const std::uint64_t upper = Histogram::upper_bound(bucket);
    ASSERT_EQ(lower, expected);
    ASSERT_GE(upper, lower);
    ASSERT_EQ(Histogram::bucket_of(lower), bucket);
    ASSERT_EQ(Histogram::bucket_of(upper), bucket);
    ASSERT_LE((upper - lower) * 128, lower) << "wider than 1/128 of its values";
    expected = upper + 1;
  }
  EXPECT_EQ(expected - 1, Histogram::largest_value);
}

TEST(Histogram, KeepsSmallValuesExactly) {
  for (std::uint64_t value = 0; value < 256; ++value) {
    const std::size_t bucket = Histogram::bucket_of(value);
    EXPECT_EQ(Histogram::lower_bound(bucket), value);
    EXPECT_EQ(Histogram::upper_bound(bucket), value);
  }
}

TEST(Histogram, CountsWhatIsAboveItsRange) {
  const std::uint64_t huge = Histogram::largest_value + 1;
  const auto histogram = histogram_of({5, Histogram::largest_value, huge, 3 * huge});
  EXPECT_EQ(histogram->count(), 4U);
  EXPECT_EQ(histogram->overflow(), 2U);
  EXPECT_EQ(histogram->count_in(Histogram::bucket_count - 1), 3U);
  EXPECT_EQ(histogram->max(), 3 * huge);
  EXPECT_EQ(histogram->percentile(0.25), 5U);
  EXPECT_EQ(histogram->percentile(0.75), 3 * huge);
}

TEST(Histogram, KnowsRanksExactly) {
  EXPECT_EQ(Histogram::rank_of(0.5, 0), 0U);
  EXPECT_EQ(Histogram::rank_of(1e-9, 10), 1U);
  EXPECT_EQ(Histogram::rank_of(0.5, 3), 2U);
  EXPECT_EQ(Histogram::rank_of(0.07, 100), 7U);
  EXPECT_EQ(Histogram::rank_of(0.999, 1'000), 999U);
  EXPECT_EQ(Histogram::rank_of(1.0, 123'456'789), 123'456'789U);
}

RC_GTEST_PROP(HistogramProperty, RankIsTheIntegerCeiling, ()) {
  const std::uint64_t permille = *any_permille();
  const auto count = *rc::gen::inRange<std::uint64_t>(1, 1'000'000'000);
  RC_ASSERT(Histogram::rank_of(static_cast<double>(permille) / 1000, count) == (permille * count + 999) / 1000);
}

RC_GTEST_PROP(HistogramProperty, PercentileIsNearTheSortedValue, ()) {
  Values values = *values_in_range();
  const std::uint64_t permille = *any_permille();
  const auto histogram = histogram_of(values);
  std::ranges::sort(values);
  const std::uint64_t exact = values[(permille * values.size() + 999) / 1000 - 1];
  const std::uint64_t told = histogram->percentile(static_cast<double>(permille) / 1000);
  const std::uint64_t error = told > exact ? told - exact : exact - told;
  RC_ASSERT(error * 256 <= exact);
  RC_ASSERT(told <= values.back());
}

RC_GTEST_PROP(HistogramProperty, PercentilesAreMonotone, ()) {
  const auto histogram = histogram_of(*any_values());
  const double one = static_cast<double>(*any_permille()) / 1000;
  const double other = static_cast<double>(*any_permille()) / 1000;
  RC_ASSERT(histogram->percentile(std::min(one, other)) <= histogram->percentile(std::max(one, other)));
  RC_ASSERT(histogram->percentile(1.0) == histogram->max());
}

RC_GTEST_PROP(HistogramProperty, TotalsAreExact, ()) {
  const Values values = *any_values();
  const auto histogram = histogram_of(values);
  RC_ASSERT(histogram->count() == values.size());
  RC_ASSERT(histogram->sum() == std::accumulate(values.begin(), values.end(), std::uint64_t{0}));
  RC_ASSERT(histogram->max() == (values.empty() ? 0 : *std::ranges::max_element(values)));
  const auto above = std::ranges::count_if(values, [](std::uint64_t value) { return value > Histogram::largest_value; });
  RC_ASSERT(histogram->overflow() == static_cast<std::uint64_t>(above));
}

RC_GTEST_PROP(HistogramProperty, MergingIsRecordingBoth, ()) {
  const Values one = *any_values();
  const Values other = *any_values();
  Values both = one;
  both.insert(both.end(), other.begin(), other.end());
  const auto merged = histogram_of(one);
  merged->merge(*histogram_of(other));
  expect_same(*merged, *histogram_of(both));
}

RC_GTEST_PROP(HistogramProperty, VisitsItsBucketsInOrder, ()) {
  const Values values = *values_in_range();
  std::uint64_t total = 0;
  std::uint64_t beyond = 0;
  histogram_of(values)->for_each_bucket([&](std::uint64_t lower, std::uint64_t upper, std::uint64_t count) {
    RC_ASSERT(lower >= beyond);
    const auto inside = std::ranges::count_if(values, [&](std::uint64_t value) { return value >= lower && value <= upper; });
    RC_ASSERT(static_cast<std::uint64_t>(inside) == count);
    RC_ASSERT(count > 0U);
    total += count;
    beyond = upper + 1;
  });
  RC_ASSERT(total == values.size());
}

}  // namespace
}  // namespace shmlab::measure
