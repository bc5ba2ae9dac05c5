#include "explore/fairness.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>

#include "env/traced_env.hpp"
#include "explore/depth_first.hpp"
#include "explore/dpor.hpp"
#include "explore/explore.hpp"
#include "explore/testing/small_programs.hpp"

namespace shmlab::explore {
namespace {

using Env = env::TracedEnv;
using Word = Env::Atomic<std::uint32_t>;
constexpr ParticipantSet both = only(0) | only(1);

/// The first one does so often that its turn is over.
void polls(Fairness& fairness, ParticipantSet enabled) {
  for (int i = 0; i < 3; ++i) {
    fairness.admit(enabled);
    fairness.takes(0, true, enabled);
  }
}

TEST(FairnessTest, WhoPollsAgainAndAgainLetsTheOtherGo) {
  Fairness fairness;
  fairness.begin();
  for (int poll = 0; poll < 4; ++poll) {
    EXPECT_EQ(fairness.admit(both), both) << poll << " polls are free";
    fairness.takes(0, true, both);
  }
  EXPECT_EQ(fairness.admit(both), only(1));
  fairness.takes(1, false, both);
  EXPECT_EQ(fairness.admit(both), both);
}

TEST(FairnessTest, NobodyWaitsForOneWhoCannotGoOn) {
  Fairness fairness;
  fairness.begin();
  for (int i = 0; i < 9; ++i) {
    EXPECT_EQ(fairness.admit(only(0)), only(0));
    fairness.takes(0, true, only(0));
  }
  EXPECT_EQ(fairness.admit(both), both) << "the other can only now";
}

TEST(FairnessTest, WhoCouldNotGoOnAllTheTimeIsNotOwedATurn) {
  Fairness fairness;
  fairness.begin();
  fairness.admit(both);
  fairness.takes(0, true, both);
  fairness.admit(both);
  fairness.takes(0, false, both);
  EXPECT_EQ(fairness.admit(both), both);
  fairness.takes(1, false, both);  // goes to sleep
  EXPECT_EQ(fairness.admit(only(0)), only(0));
  polls(fairness, only(0));
  EXPECT_EQ(fairness.admit(both), both);
}

TEST(FairnessTest, WhoIsHinderedIsOwedATurn) {
  Fairness fairness;
  fairness.begin();
  fairness.admit(both);
  fairness.takes(0, true, both);
  fairness.admit(both);
  fairness.takes(0, false, both);  // takes what the other wants
  polls(fairness, only(0));
  EXPECT_EQ(fairness.admit(both), only(1));
}

TEST(FairnessTest, BeginsAnew) {
  Fairness fairness;
  fairness.begin();
  polls(fairness, both);
  polls(fairness, both);
  fairness.begin();
  EXPECT_EQ(fairness.admit(both), both);
}

/// One waits, through a lock that it takes for each look, for what the other does under the lock.
struct Shared {
  Word lock{0};
  Env::Plain<std::uint32_t> flag;
};
void locked(Shared& shared, auto body) {
  // acquire: pairs with the release below
  while (shared.lock.exchange(1, std::memory_order_acquire) != 0) { Env::pause(); }
  body();
  // release: pairs with the acquire above
  shared.lock.store(0, std::memory_order_release);
}
Program waits_through_a_lock(std::uint32_t until) {
  return testing::program_of<Shared>({[](Shared& shared) { locked(shared, [&] { shared.flag.set(1); }); },
                                      [until](Shared& shared) {
                                        for (std::uint32_t seen = 0; seen != until;) {
                                          locked(shared, [&] { seen = shared.flag.get(); });
                                          if (seen != until) { Env::pause(); }
                                        }
                                      }});
}

TEST(FairnessTest, AWaitThroughALockComesToItsEnd) {
  // (With any number of preemptions the lock may always be taken when the other looks: fair, and without end.)
  DepthFirst few_preemptions(0, 1);
  const auto all = explore(waits_through_a_lock(1), {}, few_preemptions);
  EXPECT_TRUE(all.verdict.is_ok()) << all.verdict.why;
  EXPECT_TRUE(all.is_exhaustive());
  EXPECT_EQ(all.cut_short, 0U);
  EXPECT_TRUE(all.met.contains(Bound::fairness));
}

TEST(FairnessTest, AReducedSearchDoesNotSayThatItSawAll) {
  Dpor reduced;
  const auto looks_five_times =
      testing::program_of<Shared>({[](Shared& shared) { shared.lock.store(1, std::memory_order_relaxed); },
                                   [](Shared& shared) {
                                     for (int looks = 0; looks < 5; ++looks) {
                                       shared.lock.fetch_add(2, std::memory_order_relaxed);
                                       Env::pause();
                                     }
                                   }});
  const auto some = explore(looks_five_times, {}, reduced);
  EXPECT_TRUE(some.met.contains(Bound::fairness));
  EXPECT_EQ(some.end, ExplorationEnd::gave_up);
}

/// Nobody else is owed a turn: only the bound on steps ends it.
TEST(FairnessTest, AWaitForWhatNeverComesIsCutShort) {
  Settings settings;
  settings.bounds.most_steps = 200;
  settings.most_executions = 100;
  DepthFirst full(DepthFirst::unlimited);
  const auto all = explore(waits_through_a_lock(2), settings, full);
  EXPECT_GT(all.cut_short, 0U);
  EXPECT_TRUE(all.met.contains(Bound::steps));
}

}  // namespace
}  // namespace shmlab::explore
