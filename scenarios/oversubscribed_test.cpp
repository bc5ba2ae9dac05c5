#include "scenarios/oversubscribed.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "scenarios/testing/fake_lock.hpp"
#include "scenarios/testing/rig.hpp"
#include "scenarios/testing/sanitizer.hpp"

namespace shmlab::scenarios::oversubscribed {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnLock = Rig<Oversubscribed, Face::exclusive, FakeLock>;

TEST(Oversubscribed, HoldsOnACorrectLock) {
  for (const std::uint64_t participants : {4U, 8U}) {
    for (const std::uint64_t operations : {1U, 2U, 3U, 100U}) {
      OnLock rig({.participants = participants, .operations = operations});
      const Report report = rig.run();
      EXPECT_EQ(report.findings(), "");
      EXPECT_TRUE(report.judgement.is_ok());
      EXPECT_EQ(rig.shared().guarded.visits(), (participants - 1) * operations);
      EXPECT_EQ(report.counters[0][Oversubscribed::count_stops], 0U) << "threads cannot be stopped";
    }
  }
}

TEST(Oversubscribed, StopsEveryWorkerInTurnAndNobodyElse) {
  OnLock rig({.participants = 4, .operations = 7});
  rig.allow_suspending();
  const Report report = rig.run();
  EXPECT_EQ(report.stops[0], (std::vector<std::uint32_t>{1, 2, 3, 1, 2, 3, 1}));
  EXPECT_EQ(report.counters[0][Oversubscribed::count_stops], 7U);
  for (const std::uint32_t worker : {1U, 2U, 3U}) { EXPECT_TRUE(report.stops[worker].empty()); }
}

TEST(Oversubscribed, CatchesALockThatDoesNotExclude) {
  if (under_thread_sanitizer) { GTEST_SKIP() << "races on purpose"; }
  OnLock rig({.participants = 4, .operations = 1'000'000'000});
  rig.states()[0].excludes = false;
  EXPECT_NE(rig.run().findings(), "");
}

TEST(Oversubscribed, ALostUnlockLeavesTheWorkersAsleep) {
  OnLock rig({.participants = 4, .operations = 20});
  rig.states()[0].lost_unlock = 9;
  const Report report = rig.run();
  EXPECT_TRUE(report.stranded);
  EXPECT_EQ(report.outcomes[0].ending, Ending::finished) << "the disturber finishes";
}

TEST(Oversubscribed, CatchesADeathThatNobodyDied) {
  OnLock rig({.participants = 4, .operations = 5});
  rig.states()[0].after_lock = [](std::uint64_t n) { return n == 3 ? Acquired::owner_died : Acquired::clean; };
  EXPECT_EQ(rig.run({1}).findings(), check::nobody_died(Acquired::owner_died) + "; ");
}

TEST(Oversubscribed, TheJudgeCountsTheVisits) {
  const Oversubscribed::Shared<HookedEnv> shared{};
  EXPECT_TRUE(Oversubscribed::judge<HookedEnv>({}, shared, finished({9, 0})).is_ok());
  EXPECT_EQ(Oversubscribed::judge<HookedEnv>({}, shared, finished({9, 4})).why, "visits inside is 0, expected 4");
}

}  // namespace
}  // namespace shmlab::scenarios::oversubscribed
