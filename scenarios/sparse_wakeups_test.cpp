#include "scenarios/sparse_wakeups.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

#include "scenarios/testing/fake_channel.hpp"
#include "scenarios/testing/fake_signal.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::sparse_wakeups {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnChannel = Rig<SparseWakeups, Face::channel, FakeChannel>;
using OnSignal = Rig<SparseWakeups, Face::signal, FakeSignal>;
using Params = SparseWakeups::Params;

template <class Rig>
void fit(Rig& rig, const Params& values) {
  if constexpr (requires { rig.states()[0].capacity; }) {
    rig.states()[0].payload_bytes = values.payload_bytes;
    rig.states()[0].capacity = rig.config().capacity;
  }
}

template <class OnFake>
class SparseWakeupsOn : public ::testing::Test {};
using BothFaces = ::testing::Types<OnChannel, OnSignal>;
TYPED_TEST_SUITE(SparseWakeupsOn, BothFaces);

TYPED_TEST(SparseWakeupsOn, EveryCallIsHeardAndTimed) {
  for (const std::uint64_t interval : {0U, 10'000U}) {
    for (const std::uint64_t calls : {1U, 63U, 64U, 65U, 300U}) {
      const Params values{.operations = calls, .interval_ns = interval};
      TypeParam rig(values);
      fit(rig, values);
      rig.record_times();
      const Report report = rig.run();
      EXPECT_EQ(report.findings(), "");
      EXPECT_TRUE(report.judgement.is_ok());
      EXPECT_EQ(report.outcomes[1].operations, calls);
      EXPECT_EQ(report.histograms[1][0].count(), calls);
    }
  }
}

TYPED_TEST(SparseWakeupsOn, EndsWhenToldToStopAndHasOneCallAtLeast) {
  const Params values{.operations = 0, .interval_ns = 5'000'000};
  TypeParam rig(values);
  fit(rig, values);
  const Report report = rig.run_until_stopped(std::chrono::milliseconds(0));
  EXPECT_TRUE(report.judgement.is_ok());
  EXPECT_GE(report.outcomes[1].operations, 1U);
}

TEST(SparseWakeups, RestsBetweenCalls) {
  const Params values{.operations = 5, .interval_ns = 2'000'000};
  OnSignal rig(values);
  const auto begin = std::chrono::steady_clock::now();
  rig.run();
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(10));
}

TEST(SparseWakeups, ShowsALostAndADoubledCall) {
  for (const auto fault : {FakeChannel::Fault::drop, FakeChannel::Fault::duplicate, FakeChannel::Fault::corrupt}) {
    const Params values{.operations = 20, .interval_ns = 0};
    OnChannel rig(values);
    fit(rig, values);
    rig.states()[0].fault = fault;
    rig.states()[0].faulty = 7;
    EXPECT_NE(rig.run().findings(), "");
  }
}

TEST(SparseWakeups, ALostPostLeavesTheWaiterStranded) {
  OnSignal rig({.operations = 20, .interval_ns = 0});
  rig.states()[0].lost_post = 7;
  EXPECT_TRUE(rig.run().stranded);
}

TEST(SparseWakeups, TheJudgeComparesTheCounts) {
  const SparseWakeups::Shared<HookedEnv> shared{};
  EXPECT_TRUE(SparseWakeups::judge<HookedEnv>({}, shared, finished({7, 7})).is_ok());
  EXPECT_EQ(SparseWakeups::judge<HookedEnv>({}, shared, finished({7, 6})).why, "calls heard is 6, expected 7");
}

}  // namespace
}  // namespace shmlab::scenarios::sparse_wakeups
