#include "scenarios/quiet_handover.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "scenarios/testing/fake_lock.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::quiet_handover {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnLock = Rig<QuietHandover, Face::exclusive, FakeLock>;

TEST(QuietHandover, EverybodyGetsACorrectLock) {
  for (const std::uint64_t participants : {2U, 3U, 8U}) {
    for (const std::uint64_t pauses : {0U, 1U, 20U}) {
      OnLock rig({.participants = participants, .operations = 1, .quiet_pauses = pauses});
      const Report report = rig.run();
      EXPECT_EQ(report.findings(), "");
      EXPECT_TRUE(report.judgement.is_ok());
      for (const Outcome& outcome : report.outcomes) { EXPECT_EQ(outcome.operations, 1U); }
    }
  }
}

TEST(QuietHandover, ALostUnlockLeavesTheOthersAsleep) {
  for (const std::uint64_t lost : {1U, 2U}) {
    OnLock rig({.participants = 3, .operations = 1, .quiet_pauses = 0});
    rig.states()[0].lost_unlock = lost;
    EXPECT_TRUE(rig.run().stranded) << "unlock " << lost;
  }
}

/// A lone participant, with something happening in its pause number `when` inside.
Report in_pause(std::uint64_t announced_before, std::uint64_t when, const std::function<void(OnLock&)>& what) {
  OnLock rig({.participants = 2, .operations = 1, .quiet_pauses = 0});
  rig.shared().announced.store(announced_before, std::memory_order_relaxed);
  std::uint64_t pauses = 0;
  rig.states()[0].after_lock = [&](std::uint64_t /*n*/) {
    HookedEnv::in_pause = [&] {
      if (++pauses == when) { what(rig); }
    };
    return Acquired::clean;
  };
  return rig.run({0});
}

TEST(QuietHandover, HoldsTheLockUntilAllHaveAnnounced) {
  bool held = false;
  const Report report = in_pause(0, 50, [&](OnLock& rig) {
    held = rig.states()[0].held.load(std::memory_order_relaxed);
    rig.shared().announced.fetch_add(1, std::memory_order_relaxed);
  });
  EXPECT_TRUE(held);
  EXPECT_TRUE(report.all_finished());
}

TEST(QuietHandover, CatchesAnotherOwner) {
  const Report report = in_pause(1, 1, [](OnLock& rig) { rig.shared().guarded = {}; });
  EXPECT_EQ(report.findings(), "owner inside the section is 0, expected 1; ");
}

TEST(QuietHandover, CatchesADeathThatNobodyDied) {
  OnLock rig({.participants = 2, .operations = 1, .quiet_pauses = 0});
  rig.shared().announced.store(1, std::memory_order_relaxed);
  rig.states()[0].after_lock = [](std::uint64_t /*n*/) { return Acquired::not_recoverable; };
  EXPECT_EQ(rig.run({0}).findings(), check::nobody_died(Acquired::not_recoverable) + "; ");
}

TEST(QuietHandover, TheJudgeCountsTheVisits) {
  const QuietHandover::Shared<HookedEnv> shared{};
  EXPECT_EQ(QuietHandover::judge<HookedEnv>({.participants = 2}, shared, finished({1, 1})).why, "visits inside is 0, expected 2");
  EXPECT_TRUE(QuietHandover::judge<HookedEnv>({.participants = 0}, shared, {}).is_ok());
}

}  // namespace
}  // namespace shmlab::scenarios::quiet_handover
