#include "scenarios/barrier_phases.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

#include "scenarios/testing/fake_lock.hpp"
#include "scenarios/testing/fake_signal.hpp"
#include "scenarios/testing/rig.hpp"
#include "scenarios/testing/sanitizer.hpp"

namespace shmlab::scenarios::barrier_phases {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnSignal = Rig<BarrierPhases, Face::signal, FakeSignal>;
using OnLock = Rig<BarrierPhases, Face::exclusive, FakeLock>;
using Params = BarrierPhases::Params;

template <class OnFake>
class BarrierPhasesAre : public ::testing::Test {};
using AllFaces = ::testing::Types<OnSignal, OnLock>;
TYPED_TEST_SUITE(BarrierPhasesAre, AllFaces);

TYPED_TEST(BarrierPhasesAre, WalkedThroughTogether) {
  for (const std::uint64_t participants : {2U, 3U, 8U}) {
    for (const std::uint64_t phases : {1U, 2U, 3U, 40U}) {
      TypeParam rig(Params{.participants = participants, .operations = phases});
      const Report report = rig.run();
      EXPECT_EQ(report.findings(), "");
      EXPECT_TRUE(report.judgement.is_ok());
      for (const Outcome& outcome : report.outcomes) { EXPECT_EQ(outcome.operations, phases); }
    }
  }
}

TEST(BarrierPhases, CatchesATurnstileThatLetsPass) {
  if (under_thread_sanitizer) { GTEST_SKIP() << "races on purpose"; }
  for (const auto open : {BarrierPhases::first_turnstile, BarrierPhases::second_turnstile}) {
    OnSignal rig({.participants = 4, .operations = 100'000});
    rig.states()[open].waits = false;
    EXPECT_NE(rig.run().findings(), "") << "turnstile " << open;
  }
}

TEST(BarrierPhases, SeesWhoIsNotInItsPhase) {
  OnSignal rig({.participants = 2, .operations = 3});
  for (auto& state : rig.states()) { state.waits = false; }
  EXPECT_EQ(rig.run({1}).findings(), "another participant's phase is 0, expected 1; ");
}

TEST(BarrierPhases, ALostPostLeavesEverybodyAsleep) {
  for (std::size_t object = 0; object < BarrierPhases::instances; ++object) {
    OnSignal rig({.participants = 3, .operations = 20});
    rig.states()[object].lost_post = 7;
    EXPECT_TRUE(rig.run().stranded) << "object " << object;
  }
}

TEST(BarrierPhases, ALostUnlockLeavesEverybodyAsleep) {
  OnLock rig({.participants = 3, .operations = 20});
  rig.states()[0].lost_unlock = 7;
  EXPECT_TRUE(rig.run().stranded);
}

TEST(BarrierPhases, CatchesACountThatRunsAhead) {
  OnLock rig({.participants = 2, .operations = 3});
  rig.shared().count.set(1);
  EXPECT_EQ(rig.run({0}).findings(), "another participant's phase is 0, expected 1; ");
}

TEST(BarrierPhases, CatchesADeathThatNobodyDied) {
  for (const std::uint64_t when : {1U, 2U}) {
    OnLock rig({.participants = 2, .operations = 3});
    rig.states()[0].after_lock = [&](std::uint64_t n) { return n == when ? Acquired::owner_died : Acquired::clean; };
    EXPECT_EQ(rig.run({0}).findings(), check::nobody_died(Acquired::owner_died) + "; ");
  }
}

TEST(BarrierPhases, TheJudgeWantsEverybodyAtTheEnd) {
  BarrierPhases::Shared<HookedEnv> shared{};
  for (const std::size_t who : {0U, 1U}) { shared.phases[who].set(9); }
  EXPECT_TRUE(BarrierPhases::judge<HookedEnv>({.participants = 2, .operations = 9}, shared, {}).is_ok());
  EXPECT_EQ(BarrierPhases::judge<HookedEnv>({.participants = 3, .operations = 9}, shared, {}).why,
            "the last phase is 0, expected 9");
}

}  // namespace
}  // namespace shmlab::scenarios::barrier_phases
