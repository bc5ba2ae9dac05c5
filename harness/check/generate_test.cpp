#include "check/generate.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <stdexcept>
#include <vector>

namespace shmlab::check {
namespace {

constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

/// The distinct values of `count` samples at a size.
std::set<std::uint64_t> samples(std::uint64_t low, std::uint64_t high, int size, int count = 2000) {
  const rc::Gen<std::uint64_t> gen = edge_biased(low, high);
  std::set<std::uint64_t> values;
  for (int seed = 0; seed < count; ++seed) { values.insert(gen(rc::Random(static_cast<std::uint64_t>(seed)), size).value()); }
  return values;
}

RC_GTEST_PROP(EdgeBiased, StaysInItsRange, ()) {
  const auto one = *rc::gen::arbitrary<std::uint64_t>();
  const auto other = *rc::gen::arbitrary<std::uint64_t>();
  const auto [low, high] = std::minmax(one, other);
  const auto value = *edge_biased(low, high);
  RC_ASSERT(low <= value && value <= high);
}

TEST(EdgeBiased, ReachesTheEdgesAtEverySize) {
  for (const int size : {0, 1, 50, 100}) {
    const auto values = samples(3, 5000, size);
    for (const std::uint64_t edge : {3U, 4U, 7U, 8U, 9U, 1023U, 1024U, 1025U, 4999U, 5000U}) {
      EXPECT_TRUE(values.contains(edge)) << edge << " at size " << size;
    }
    EXPECT_GT(values.size(), 200U) << "and much between them, at size " << size;
  }
}

TEST(EdgeBiased, CoversASmallRangeWholly) {
  EXPECT_EQ(samples(0, 1, 0), (std::set<std::uint64_t>{0, 1}));
  EXPECT_EQ(samples(2, 4, 0), (std::set<std::uint64_t>{2, 3, 4}));
  EXPECT_EQ(samples(7, 7, 50), (std::set<std::uint64_t>{7}));
}

TEST(EdgeBiased, CopesWithTheWholeOfSixtyFourBits) {
  const auto values = samples(0, largest, 100);
  EXPECT_TRUE(values.contains(0));
  EXPECT_TRUE(values.contains(largest));
  EXPECT_EQ(samples(largest, largest, 0), (std::set<std::uint64_t>{largest}));
}

TEST(EdgeBiased, RefusesAnEmptyRange) {
  EXPECT_THROW((void)edge_biased(2, 1), std::invalid_argument);
}

TEST(EdgeBiased, ShrinksTowardsTheLowEnd) {
  const rc::Gen<std::uint64_t> gen = edge_biased(10, 1000);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    auto candidate = gen(rc::Random(seed), 100);
    for (auto smaller = candidate.shrinks().next(); smaller; smaller = candidate.shrinks().next()) { candidate = *smaller; }
    EXPECT_EQ(candidate.value(), 10U);
  }
}

RC_GTEST_PROP(ParamValues, KeepsEachValueInItsRangeAndTheRestZero, ()) {
  const std::vector<ParamRange> ranges{{2, 8}, {1, 200}, {0, 0}, {8, 4096}};
  const ParamValues values = *param_values(ranges);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const ParamRange range = i < ranges.size() ? ranges[i] : ParamRange{};
    RC_ASSERT(range.low <= values[i] && values[i] <= range.high);
  }
}

TEST(ParamValues, TheSameSeedGivesTheSameValues) {
  const std::vector<ParamRange> ranges{{0, largest}, {1, 1'000'000}};
  const rc::Gen<ParamValues> gen = param_values(ranges);
  EXPECT_EQ(gen(rc::Random(42), 100).value(), gen(rc::Random(42), 100).value());
  EXPECT_NE(gen(rc::Random(42), 100).value(), gen(rc::Random(43), 100).value());
}

TEST(ParamValues, ShrinksEveryValue) {
  const std::vector<ParamRange> ranges{{2, 8}, {1, 200}};
  auto candidate = param_values(ranges)(rc::Random(5), 100);
  for (auto smaller = candidate.shrinks().next(); smaller; smaller = candidate.shrinks().next()) { candidate = *smaller; }
  EXPECT_EQ(candidate.value(), (ParamValues{2, 1}));
}

TEST(ParamValues, RefusesTooManyRanges) {
  const std::vector<ParamRange> ranges(max_params + 1);
  EXPECT_THROW((void)param_values(ranges), std::invalid_argument);
}

}  // namespace
}  // namespace shmlab::check
