#include "cli/bench_profile.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "run/measurement.hpp"

namespace shmlab::cli {
namespace {

using std::chrono::milliseconds;

constexpr BenchProfile hasty{"hasty", "", 4, {milliseconds{80}, milliseconds{20}}, std::chrono::seconds{10}};

TEST(BenchProfileTest, FewCasesHaveTheProfilesTimes) {
  const run::MeasurementTimes times = times_within(hasty, 10, 4);
  EXPECT_EQ(times.throughput, milliseconds{80});
  EXPECT_EQ(times.latency, milliseconds{20});
}

TEST(BenchProfileTest, ManyCasesHaveShorterSamplesInTheSameProportion) {
  // 20 cases of 4 samples and a canary: 100 ms each, of which 35 go into what is around it.
  const run::MeasurementTimes times = times_within(hasty, 20, 4);
  EXPECT_EQ(times.throughput, milliseconds{52});
  EXPECT_EQ(times.latency, milliseconds{13});
}

TEST(BenchProfileTest, NoSampleIsShorterThanATenth) {
  const run::MeasurementTimes times = times_within(hasty, 100'000, 4);
  EXPECT_EQ(times.throughput, milliseconds{8});
  EXPECT_EQ(times.latency, milliseconds{2});
}

TEST(BenchProfileTest, AsLongAsItTakes) {
  EXPECT_EQ(times_within(bench_profile("full"), 100'000, 31).throughput, bench_profile("full").times.throughput);
}

}  // namespace
}  // namespace shmlab::cli
