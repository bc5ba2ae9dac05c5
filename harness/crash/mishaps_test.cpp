#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <set>
#include <string>
#include <string_view>

#include "catalogue/catalogue.hpp"
#include "crash/crash.hpp"
#include "crash/crash_run.hpp"
#include "crash/crash_token.hpp"

/// What befalls a participant besides one death: it is stopped, or has a child, or becomes another program, or is not the last to die.
namespace shmlab::crash {
namespace {

using catalogue::strategy;

class MishapsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (strategy("futex_mutex").traced_cases.empty()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  }
};

std::set<Fate> fates(const CrashReport& report, Survivor survivor) {
  std::set<Fate> met;
  for (const CrashCell& cell : report.cells) {
    if (cell.survivor == survivor) { met.insert(cell.fate); }
  }
  return met;
}
std::set<Fate> all_fates(const CrashReport& report) {
  std::set<Fate> met = fates(report, Survivor::waiter);
  met.merge(fates(report, Survivor::newcomer));
  return met;
}
bool is_kept(const CrashReport& report) {
  return !report.cells.empty() && std::ranges::all_of(report.cells, &CrashCell::does_agree);
}
const CrashCell* first_broken(const CrashReport& report, Fate fate) {
  const auto found =
      std::ranges::find_if(report.cells, [&](const CrashCell& cell) { return cell.fate == fate && !cell.does_agree(); });
  return found == report.cells.end() ? nullptr : &*found;
}

TEST_F(MishapsTest, BesideAStoppedHolderAllWaitOrTimeOutAndNobodyIsTold) {
  for (const std::string_view name : {"futex_mutex", "pthread_mutex_robust", "robust_futex_mutex"}) {
    const CrashReport report = crash(strategy(name), {.role = CrashRole::holder, .kind = CrashKind::stopped});
    EXPECT_TRUE(is_kept(report)) << name;
    EXPECT_EQ(fates(report, Survivor::waiter), (std::set{Fate::unaffected, Fate::waits})) << name;
    EXPECT_EQ(fates(report, Survivor::newcomer), (std::set{Fate::unaffected, Fate::times_out})) << name;
  }
}

TEST_F(MishapsTest, NobodyWaitsForAStoppedPosterOrReader) {
  EXPECT_TRUE(is_kept(crash(strategy("unnamed_semaphore"), {.role = CrashRole::poster, .kind = CrashKind::stopped})));
  const CrashReport report = crash(strategy("seqlock"), {.role = CrashRole::reader, .kind = CrashKind::stopped});
  EXPECT_TRUE(is_kept(report));
  EXPECT_EQ(all_fates(report), std::set{Fate::unaffected});
}

TEST_F(MishapsTest, ALockThatIsTakenFromAStoppedHolderIsCaught) {
  const CrashReport report = crash(strategy("broken_lease_lock"), {.role = CrashRole::holder, .kind = CrashKind::stopped});
  const CrashCell* const cell = first_broken(report, Fate::corrupts);
  ASSERT_NE(cell, nullptr);
  const bool told = cell->why.find("told of a death") != std::string::npos;
  const bool had = cell->why.find("while the one who was stopped was inside") != std::string::npos;
  EXPECT_TRUE(told || had) << cell->why;
}

TEST_F(MishapsTest, ARepairSurvivesTheDeathOfWhoRepairs) {
  const CrashReport mutex = crash(strategy("robust_futex_mutex"), {.role = CrashRole::holder, .kind = CrashKind::second});
  EXPECT_TRUE(is_kept(mutex));
  EXPECT_TRUE(fates(mutex, Survivor::waiter).contains(Fate::recovers));
  const CrashReport seqlock = crash(strategy("robust_seqlock"), {.role = CrashRole::writer, .kind = CrashKind::second});
  EXPECT_TRUE(is_kept(seqlock));
  EXPECT_EQ(all_fates(seqlock), std::set{Fate::unaffected});
  EXPECT_GT(seqlock.cells.size(), 200U);
}

TEST_F(MishapsTest, ARepairThatASecondDeathSpoilsIsCaughtAndRepeats) {
  const CrashReport once =
      crash(strategy("broken_robust_seqlock_naive_restart"), {.role = CrashRole::writer, .kind = CrashKind::access});
  EXPECT_TRUE(is_kept(once)) << "one death shows nothing";
  const CrashReport twice =
      crash(strategy("broken_robust_seqlock_naive_restart"), {.role = CrashRole::writer, .kind = CrashKind::second});
  const CrashCell* const torn = first_broken(twice, Fate::corrupts);
  ASSERT_NE(torn, nullptr);
  EXPECT_NE(torn->why.find("not whole"), std::string::npos) << torn->why;
  const CrashOrderToken order = read_crash_token(crash_token(*torn->strategy, torn->point));
  EXPECT_EQ(order.point.second, torn->point.second);
  const auto run = crash_run(*order.strategy, order.point.role, order.point.kind);
  for (int i = 0; i < 5; ++i) {
    const CrashOutcome outcome = run->kill_at(order.point);
    ASSERT_TRUE(outcome.died);
    EXPECT_EQ(outcome.fates[static_cast<std::size_t>(torn->survivor)], Fate::corrupts);
  }
}

TEST_F(MishapsTest, WhereNobodyRepairsThereIsAReason) {
  const CrashReport ring = crash(strategy("spsc_ring"), {.kind = CrashKind::second});
  EXPECT_TRUE(ring.cells.empty());
  ASSERT_EQ(ring.left_out.size(), 1U);
  EXPECT_NE(ring.left_out.front().find("three"), std::string::npos);
  const CrashReport mutex = crash(strategy("futex_mutex"), {.kind = CrashKind::second});
  EXPECT_TRUE(mutex.cells.empty());
  ASSERT_EQ(mutex.left_out.size(), 1U);
  EXPECT_NE(mutex.left_out.front().find("'blocks'"), std::string::npos);
}

TEST_F(MishapsTest, AChildOfTheHolderTakesNothingAndGivesNothing) {
  const CrashReport report = crash(strategy("pthread_mutex_robust"), {.kind = CrashKind::forks});
  EXPECT_TRUE(is_kept(report));
  EXPECT_EQ(all_fates(report), std::set{Fate::unaffected});
}

/// Of this process: the janitor.
std::string children() {
  std::string list;
  std::getline(std::ifstream(fmt::format("/proc/self/task/{}/children", getpid())), list);
  return list;
}

/// The kernel walks the robust list of who executes another program, as of who dies, and a child that is left changes nothing.
TEST_F(MishapsTest, WhoForksAndDiesOrExecutesIsDeadToTheOthers) {
  const std::string before = children();
  for (const CrashKind kind : {CrashKind::fork_dies, CrashKind::execs}) {
    const CrashReport robust = crash(strategy("pthread_mutex_robust"), {.kind = kind});
    EXPECT_TRUE(is_kept(robust)) << to_string(kind);
    EXPECT_TRUE(all_fates(robust).contains(Fate::recovers)) << to_string(kind);
    const CrashReport plain = crash(strategy("futex_mutex"), {.kind = kind});
    EXPECT_TRUE(is_kept(plain)) << to_string(kind);
    EXPECT_TRUE(all_fates(plain).contains(Fate::blocks)) << to_string(kind);
  }
  EXPECT_EQ(children(), before) << "no child of a dead one is left";
}

}  // namespace
}  // namespace shmlab::crash
