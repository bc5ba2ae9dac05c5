#include "scenarios/thundering_herd.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "scenarios/testing/fake_signal.hpp"
#include "scenarios/testing/rig.hpp"
#include "scenarios/testing/sanitizer.hpp"

namespace shmlab::scenarios::thundering_herd {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnSignal = Rig<ThunderingHerd, Face::signal, FakeSignal>;

TEST(ThunderingHerd, EverybodyComesBackOnACorrectSignal) {
  for (const std::uint64_t participants : {2U, 3U, 8U}) {
    for (const std::uint64_t rounds : {1U, 2U, 3U, 50U}) {
      OnSignal rig({.participants = participants, .operations = rounds, .quiet_pauses = rounds % 3});
      const Report report = rig.run();
      EXPECT_EQ(report.findings(), "");
      EXPECT_TRUE(report.judgement.is_ok());
      for (const Outcome& outcome : report.outcomes) { EXPECT_EQ(outcome.operations, rounds); }
      for (const auto& state : rig.states()) { EXPECT_EQ(state.permits, 0U); }
    }
  }
}

TEST(ThunderingHerd, ALostPostLeavesEverybodyAsleep) {
  for (std::size_t object = 0; object < ThunderingHerd::instances; ++object) {
    OnSignal rig({.participants = 4, .operations = 20, .quiet_pauses = 0});
    rig.states()[object].lost_post = 10;
    EXPECT_TRUE(rig.run().stranded) << "object " << object;
  }
}

TEST(ThunderingHerd, CatchesAWaitThatDoesNotWait) {
  if (under_thread_sanitizer) { GTEST_SKIP() << "races on purpose"; }
  OnSignal rig({.participants = 2, .operations = 20, .quiet_pauses = 0});
  rig.states()[1].waits = false;
  EXPECT_EQ(rig.run({1}).findings(), "the round seen after the wait is 0, expected 1; ");
}

TEST(ThunderingHerd, CatchesAWaitWithoutAPost) {
  OnSignal rig({.participants = 2, .operations = 20, .quiet_pauses = 0});
  rig.states()[1].waits = false;
  rig.shared().round.set(1);
  EXPECT_EQ(rig.run({1}).findings(), "a wait returned without a post; ");
}

TEST(ThunderingHerd, TheJudgeCountsTheWakes) {
  ThunderingHerd::Shared<HookedEnv> shared{};
  shared.wakes.store(6, std::memory_order_relaxed);
  EXPECT_TRUE(ThunderingHerd::judge<HookedEnv>({.participants = 3, .operations = 3}, shared, {}).is_ok());
  EXPECT_EQ(ThunderingHerd::judge<HookedEnv>({.participants = 3, .operations = 4}, shared, {}).why,
            "waits that returned is 6, expected 8");
}

}  // namespace
}  // namespace shmlab::scenarios::thundering_herd
