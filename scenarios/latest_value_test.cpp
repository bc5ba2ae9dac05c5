#include "scenarios/latest_value.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "scenarios/testing/fake_snapshot.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::latest_value {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnSnapshot = Rig<LatestValue, Face::snapshot, FakeSnapshot>;
using Params = LatestValue::Params;

Params publishes(std::uint64_t operations, std::uint64_t bytes) {
  return {.participants = 2, .operations = operations, .payload_bytes = bytes, .write_interval_ns = 0};
}

/// Findings with a fault, and a reader that has read twice before each publish.
std::string with(FakeSnapshot::Fault fault, std::uint64_t bytes) {
  OnSnapshot rig(publishes(20, bytes));
  rig.states()[0].fault = fault;
  rig.states()[0].reads_between_publishes = 2;
  return rig.run().findings();
}

constexpr std::uint64_t payloads[] = {8, 9, 15, 16, 23, 24, 64, 1000, 65536};

TEST(LatestValue, HoldsOnACorrectSnapshot) {
  for (const std::uint64_t bytes : payloads) {
    for (const std::uint64_t participants : {2U, 3U, 5U}) {
      OnSnapshot rig({.participants = participants, .operations = 30, .payload_bytes = bytes, .write_interval_ns = 100});
      const Report report = rig.run();
      EXPECT_EQ(report.findings(), "") << bytes;
      EXPECT_TRUE(report.judgement.is_ok());
      EXPECT_EQ(report.outcomes[0].operations, 30U);
      EXPECT_EQ(report.counters[0][LatestValue::count_publishes], 31U) << "and the last value";
      for (std::size_t reader = 1; reader < participants; ++reader) { EXPECT_GE(report.outcomes[reader].operations, 1U); }
    }
  }
}

TEST(LatestValue, TakesTheLargestPayload) {
  OnSnapshot rig(publishes(5, 1'048'576));
  EXPECT_EQ(rig.run().findings(), "");
}

TEST(LatestValue, TimesEveryReadAndTheAgeOfStampedValues) {
  for (const std::uint64_t bytes : payloads) {
    OnSnapshot rig(publishes(20, bytes));
    rig.states()[0].reads_between_publishes = 2;
    rig.record_times();
    const Report report = rig.run();
    const std::uint64_t reads = report.outcomes[1].operations;
    EXPECT_GE(reads, 40U);
    EXPECT_EQ(report.histograms[1][LatestValue::histogram_read].count(), reads);
    const std::uint64_t ages = report.histograms[1][LatestValue::histogram_age].count();
    if (bytes < check::pattern::least_tagged) {
      EXPECT_EQ(ages, 0U) << "no room for a stamp in " << bytes;
    } else {
      EXPECT_GE(ages, 40U) << bytes;
      EXPECT_LE(ages, reads) << "a blank value has no age";
    }
    EXPECT_EQ(report.histograms[0][LatestValue::histogram_read].count(), 0U);
  }
}

TEST(LatestValue, CountsStaleReadsAndRetries) {
  OnSnapshot rig(publishes(10, 64));
  rig.states()[0].fault = FakeSnapshot::Fault::retrying;
  rig.states()[0].reads_between_publishes = 3;
  const Report report = rig.run();
  EXPECT_EQ(report.findings(), "");
  EXPECT_GE(report.counters[1][LatestValue::count_stale], 20U) << "of three reads at least two see the value before again";
  EXPECT_GE(report.counters[1][LatestValue::count_retries], 60U);
  EXPECT_EQ(report.counters[1][LatestValue::count_publishes], 0U);
}

TEST(LatestValue, EndsWhenToldToStop) {
  for (const int ms : {0, 20}) {
    for (const std::uint64_t interval : {0U, 100'000U}) {
      OnSnapshot rig({.participants = 3, .operations = 0, .payload_bytes = 64, .write_interval_ns = interval});
      EXPECT_TRUE(rig.run_until_stopped(std::chrono::milliseconds(ms)).judgement.is_ok());
    }
  }
}

TEST(LatestValue, CatchesATornValue) {
  for (const std::uint64_t bytes : payloads) {
    const std::string why = with(FakeSnapshot::Fault::torn, bytes);
    const bool has_check_bytes = bytes > 8;  // eight bytes alone show as a version that was never written
    EXPECT_NE(why.find(has_check_bytes ? "is not whole" : "the version read"), std::string::npos) << bytes << ": " << why;
  }
}

TEST(LatestValue, CatchesAnOlderValueAfterANewerOne) {
  for (const std::uint64_t bytes : payloads) {
    const auto is_caught = [bytes] {
      return with(FakeSnapshot::Fault::old, bytes).find("the version read went back from") != std::string::npos;
    };
    // It takes a reader that came by before; where threads seldom meet, one of several runs has it.
    bool caught = false;
    for (int runs = 0; runs < 100 && !caught; ++runs) { caught = is_caught(); }
    EXPECT_TRUE(caught) << bytes;
  }
}

TEST(LatestValue, CatchesALastValueThatNeverComes) {
  for (const std::uint64_t bytes : payloads) {
    EXPECT_EQ(with(FakeSnapshot::Fault::frozen, bytes), "the version read after the last publish is 2, expected 21; ") << bytes;
  }
}

TEST(LatestValue, TheJudgeComparesTheLastVersionWithThePublishes) {
  LatestValue::Shared<HookedEnv> shared{};
  shared.last_version.store(8, std::memory_order_relaxed);  // relaxed: one thread
  EXPECT_TRUE(LatestValue::judge<HookedEnv>({}, shared, finished({7, 100})).is_ok());
  EXPECT_EQ(LatestValue::judge<HookedEnv>({}, shared, finished({8, 100})).why, "the last version is 8, expected 9");
}

}  // namespace
}  // namespace shmlab::scenarios::latest_value
