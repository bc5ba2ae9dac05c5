#include "scenarios/timed_ops.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "scenarios/testing/fake_timed.hpp"
#include "scenarios/testing/rig.hpp"
#include "scenarios/testing/sanitizer.hpp"

namespace shmlab::scenarios::timed_ops {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnLock = Rig<TimedOps, Face::timed_exclusive, FakeTimed>;
using OnSignal = Rig<TimedOps, Face::timed_signal, FakeTimed>;
using Params = TimedOps::Params;

template <class OnFake>
class TimedOpsAre : public ::testing::Test {};
using AllFaces = ::testing::Types<OnLock, OnSignal>;
TYPED_TEST_SUITE(TimedOpsAre, AllFaces);

/// With the permits that a case starts with.
template <class OnFake>
Report run(const Params& values, TimedFault fault = TimedFault::none) {
  OnFake rig(values);
  rig.states()[0].permits = rig.config().initial_permits;
  rig.states()[0].fault = fault;
  return rig.run();
}

TYPED_TEST(TimedOpsAre, RightOnACorrectStrategy) {
  for (const std::uint64_t participants : {2U, 3U, 8U}) {
    for (const std::uint64_t timeout : {0U, 1000U, 1'000'000'000U}) {
      for (const std::uint64_t operations : {1U, 2U, 3U, 40U}) {
        for (const std::uint64_t interrupted : {0U, 1U}) {
          const Report report = run<TypeParam>({.participants = participants,
                                                .operations = operations,
                                                .timeout_ns = timeout,
                                                .giving_pauses = 5,
                                                .interrupted = interrupted});
          EXPECT_EQ(report.findings(), "");
          EXPECT_TRUE(report.judgement.is_ok());
        }
      }
    }
  }
}

/// One participant alone, whose first wait finds nothing.
template <class OnFake>
Report alone(TimedFault fault, std::int64_t permits, std::uint64_t timeout_ns) {
  OnFake rig({.participants = 2, .operations = 1, .timeout_ns = timeout_ns, .giving_pauses = 0});
  rig.states()[0].permits = permits;
  rig.states()[0].fault = fault;
  rig.shared().posts.store(1, std::memory_order_relaxed);
  return rig.run({1});
}

TYPED_TEST(TimedOpsAre, CountedWhenTheyTimeOut) {
  const Report report = alone<TypeParam>(TimedFault::none, 0, 1000);
  EXPECT_EQ(report.counters[0][TimedOps::count_time_outs], 1U);
  EXPECT_TRUE(report.stranded) << "then it waits for ever";
}

TYPED_TEST(TimedOpsAre, CaughtWhenTheyGiveUpEarly) {
  const std::string why = alone<TypeParam>(TimedFault::early, 0, 1'000'000'000).findings();
  EXPECT_NE(why.find("nanoseconds until a wait gave up is "), std::string::npos) << why;
}

/// Runs with that fault until something comes of it, which takes a time-out at the right moment.
template <class OnFake>
Report until_noticed(TimedFault fault) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (true) {
    Report report = run<OnFake>({.participants = 4, .operations = 200, .timeout_ns = 0, .giving_pauses = 50}, fault);
    const bool noticed = report.stranded || !report.findings().empty();
    if (noticed || std::chrono::steady_clock::now() >= deadline) { return report; }
  }
}

TYPED_TEST(TimedOpsAre, CaughtWhenATimeOutTakesSomethingAlong) {
  EXPECT_TRUE(until_noticed<TypeParam>(TimedFault::takes).stranded);
}

TYPED_TEST(TimedOpsAre, CaughtWhenATimeOutLeavesSomethingBehind) {
  if (under_thread_sanitizer) { GTEST_SKIP() << "races on purpose"; }
  EXPECT_NE(until_noticed<TypeParam>(TimedFault::excessive).findings(), "");
}

TEST(TimedOps, CatchesADeathThatNobodyDied) {
  OnLock rig({.participants = 2, .operations = 1, .timeout_ns = 0, .giving_pauses = 0});
  rig.states()[0].permits = 1;
  rig.states()[0].answer = Acquired::owner_died;
  EXPECT_EQ(rig.run({1}).findings(), check::nobody_died(Acquired::owner_died) + "; ");
}

TEST(TimedOps, CatchesAPermitTooMany) {
  EXPECT_EQ(alone<OnSignal>(TimedFault::none, 2, 0).findings(), "a permit is left when all have been taken; ");
}

TEST(TimedOps, CatchesAWaitWithoutAPost) {
  OnSignal rig({.participants = 2, .operations = 1, .timeout_ns = 0, .giving_pauses = 0});
  rig.states()[0].permits = 1;
  EXPECT_EQ(rig.run({1}).findings(), "a wait returned without a post; ");
}

TEST(TimedOps, TheJudgeCountsWhatWasHad) {
  TimedOps::Shared<HookedEnv> shared{};
  const Params values{.participants = 3, .operations = 4};
  EXPECT_EQ(TimedOps::judge<HookedEnv>(values, shared, finished({4, 4, 4})).why, "sections or permits had is 0, expected 12");
  shared.takes.store(8, std::memory_order_relaxed);
  EXPECT_TRUE(TimedOps::judge<HookedEnv>(values, shared, finished({8, 4, 4})).is_ok());
  shared.takes.store(7, std::memory_order_relaxed);
  EXPECT_EQ(TimedOps::judge<HookedEnv>(values, shared, finished({8, 4, 4})).why, "sections or permits had is 7, expected 8");
}

}  // namespace
}  // namespace shmlab::scenarios::timed_ops
