#include "crash/crash.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "crash/crash_run.hpp"
#include "crash/crash_token.hpp"

namespace shmlab::crash {
namespace {

using catalogue::strategy;

class CrashTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (strategy("futex_mutex").traced_cases.empty()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  }
};

/// Every fate that a survivor met in a role, over all points.
std::set<Fate> fates(const CrashReport& report, CrashRole role, Survivor survivor) {
  std::set<Fate> met;
  for (const CrashCell& cell : report.cells) {
    if (cell.point.role == role && cell.survivor == survivor) { met.insert(cell.fate); }
  }
  return met;
}
const CrashCell* find(const CrashReport& report, CrashRole role, Survivor survivor, Fate fate) {
  const auto found = std::ranges::find_if(report.cells, [&](const CrashCell& cell) {
    return cell.point.role == role && cell.survivor == survivor && cell.fate == fate;
  });
  return found == report.cells.end() ? nullptr : &*found;
}
std::string broken(const CrashReport& report) {
  std::string text;
  for (const CrashCell& cell : report.cells) {
    if (cell.does_agree()) { continue; }
    text += std::string(to_string(cell.point.role)) + " " + std::to_string(cell.point.point) + " (" + cell.where +
            "): " + std::string(to_string(cell.survivor)) + " " + std::string(to_string(cell.fate)) + "; ";
  }
  return text;
}

TEST(CrashCellTest, AContractAllowsWhatIsNotWorse) {
  EXPECT_TRUE(agrees(Fate::unaffected, OnDeath::unaffected));
  EXPECT_FALSE(agrees(Fate::recovers, OnDeath::unaffected));
  EXPECT_TRUE(agrees(Fate::recovers, OnDeath::recovers));
  EXPECT_FALSE(agrees(Fate::detects, OnDeath::recovers));
  EXPECT_TRUE(agrees(Fate::recovers, OnDeath::detects));
  EXPECT_FALSE(agrees(Fate::blocks, OnDeath::detects));
  EXPECT_TRUE(agrees(Fate::lost_wakeup, OnDeath::blocks));
  EXPECT_FALSE(agrees(Fate::aborts, OnDeath::blocks));
  EXPECT_TRUE(agrees(Fate::aborts, OnDeath::aborts));
  EXPECT_FALSE(agrees(Fate::corrupts, OnDeath::aborts)) << "nothing allows that";
  EXPECT_FALSE(agrees(Fate::unknown, OnDeath::aborts));
}

TEST_F(CrashTest, WhoDiesInsideAFutexMutexBlocksAllAndAfterItsStoreTheSleeper) {
  const CrashReport report = crash(strategy("futex_mutex"), {.kind = CrashKind::access});
  EXPECT_EQ(report.unavailable, "");
  EXPECT_EQ(broken(report), "");
  for (const Survivor survivor : all_survivors) {
    EXPECT_TRUE(fates(report, CrashRole::holder, survivor).contains(Fate::blocks));
    EXPECT_TRUE(fates(report, CrashRole::holder, survivor).contains(Fate::unaffected)) << "before it holds it";
  }
  const CrashCell* const lost = find(report, CrashRole::holder, Survivor::waiter, Fate::lost_wakeup);
  ASSERT_NE(lost, nullptr);
  EXPECT_NE(lost->where.find("futex_wake at futex_mutex.hpp"), std::string::npos) << lost->where;
  EXPECT_FALSE(fates(report, CrashRole::holder, Survivor::newcomer).contains(Fate::lost_wakeup));
  EXPECT_NE(find(report, CrashRole::waiter, Survivor::waiter, Fate::lost_wakeup), nullptr)
      << "a wake that reached a waiter who dies is gone";
}

TEST_F(CrashTest, ARobustMutexRecovers) {
  const CrashReport report = crash(strategy("pthread_mutex_robust"), {.kind = CrashKind::access});
  EXPECT_EQ(broken(report), "");
  for (const CrashRole role : {CrashRole::holder, CrashRole::waiter}) {
    for (const Survivor survivor : all_survivors) {
      const std::set<Fate> met = fates(report, role, survivor);
      EXPECT_TRUE(std::ranges::all_of(met, [](Fate fate) { return fate <= Fate::recovers; }));
    }
    EXPECT_TRUE(fates(report, role, Survivor::waiter).contains(Fate::recovers));
  }
}

TEST_F(CrashTest, ASeqlocksReadersWaitForAWriterWhoDiedInTheMiddle) {
  const CrashReport report = crash(strategy("seqlock"), {.kind = CrashKind::access});
  EXPECT_EQ(broken(report), "");
  EXPECT_TRUE(fates(report, CrashRole::writer, Survivor::waiter).contains(Fate::blocks));
  EXPECT_EQ(fates(report, CrashRole::reader, Survivor::waiter), std::set{Fate::unaffected});
}

TEST_F(CrashTest, ARingThatPollsIsUnaffectedAndOneThatParksLosesAWake) {
  const CrashReport polls = crash(strategy("spsc_ring"), {.kind = CrashKind::access});
  EXPECT_EQ(broken(polls), "");
  for (const CrashRole role : {CrashRole::producer, CrashRole::consumer}) {
    EXPECT_EQ(fates(polls, role, Survivor::waiter), std::set{Fate::unaffected});
  }
  const CrashReport parks = crash(strategy("spsc_ring_blocking"), {.kind = CrashKind::access});
  EXPECT_EQ(broken(parks), "");
  for (const CrashRole role : {CrashRole::producer, CrashRole::consumer}) {
    EXPECT_NE(find(parks, role, Survivor::waiter, Fate::lost_wakeup), nullptr) << to_string(role);
  }
}

/// Strategies that promise what they do not keep.
struct Liar {
  std::string_view name;
  CrashRole role;
  Fate fate;
};
class LiarTest : public ::testing::TestWithParam<Liar> {};

TEST_P(LiarTest, IsCaught) {
  const Liar& liar = GetParam();
  if (strategy(liar.name).traced_cases.empty()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  const CrashReport report = crash(strategy(liar.name), {.role = liar.role, .kind = CrashKind::access});
  const auto caught = [&](const CrashCell& cell) { return cell.fate == liar.fate && !cell.does_agree() && !cell.why.empty(); };
  EXPECT_TRUE(std::ranges::any_of(report.cells, caught));
}

INSTANTIATE_TEST_SUITE_P(
    Controls, LiarTest,
    ::testing::Values(Liar{"broken_spsc_ring_early_publish", CrashRole::producer, Fate::corrupts},
                      Liar{"torn_value_two_words", CrashRole::writer, Fate::corrupts},
                      Liar{"broken_pthread_mutex_robust_no_consistent", CrashRole::holder, Fate::detects},
                      Liar{"broken_pthread_mutex_robust_no_consistent", CrashRole::waiter, Fate::detects},
                      Liar{"broken_robust_futex_mutex_no_list", CrashRole::holder, Fate::blocks},
                      Liar{"broken_robust_futex_mutex_no_pending", CrashRole::holder, Fate::lost_wakeup},
                      Liar{"broken_robust_futex_mutex_no_repair", CrashRole::holder, Fate::corrupts},
                      Liar{"broken_robust_futex_mutex_early_done", CrashRole::holder, Fate::lost_wakeup},
                      Liar{"broken_robust_futex_mutex_forgetful_heir", CrashRole::holder, Fate::lost_wakeup}),
    [](const auto& test) { return std::string(test.param.name) + "_" + std::string(to_string(test.param.role)); });

/// What no tracer sees: a permit is there, and its poster dies inside libc before the wake.
TEST_F(CrashTest, BetweenTheInstructionsOfSemPostAWakeIsLost) {
  const CrashReport report = crash(strategy("unnamed_semaphore"), {.role = CrashRole::poster, .kind = CrashKind::instruction});
  if (!report.left_out.empty()) { GTEST_SKIP() << report.left_out.front(); }
  EXPECT_EQ(broken(report), "");
  const CrashCell* const lost = find(report, CrashRole::poster, Survivor::waiter, Fate::lost_wakeup);
  ASSERT_NE(lost, nullptr);
  EXPECT_NE(lost->where.find("sem_post+"), std::string::npos) << lost->where;
  EXPECT_EQ(lost->point.kind, CrashKind::instruction);
  EXPECT_FALSE(fates(report, CrashRole::poster, Survivor::newcomer).contains(Fate::blocks));
  const auto again = crash_run(*lost->strategy, lost->point.role, lost->point.kind);
  for (int i = 0; i < 5; ++i) { EXPECT_EQ(again->kill_at(lost->point).fates[0], Fate::lost_wakeup); }
}

TEST_F(CrashTest, ARobustMutexRecoversAfterEveryInstruction) {
  const CrashReport report = crash(strategy("pthread_mutex_robust"), {.role = CrashRole::holder, .kind = CrashKind::instruction});
  if (!report.left_out.empty()) { GTEST_SKIP() << report.left_out.front(); }
  EXPECT_EQ(broken(report), "");
  EXPECT_GT(report.cells.size(), 100U);
  EXPECT_TRUE(fates(report, CrashRole::holder, Survivor::waiter).contains(Fate::recovers));
  EXPECT_TRUE(std::ranges::any_of(report.cells, [](const CrashCell& cell) {
    return cell.where.find("in step 'lock'") != std::string::npos && cell.fate == Fate::recovers;
  })) << "it held the mutex before it returned";
}

/// Its accesses are not seen, and it sleeps at once.
TEST_F(CrashTest, APeerIsKilledBetweenItsInstructions) {
  const catalogue::StrategyEntry& peer = strategy("boost_interprocess_mutex");
  if (!peer.unavailable.empty()) { GTEST_SKIP() << peer.unavailable; }
  const CrashReport report = crash(peer, {.role = CrashRole::holder});
  ASSERT_FALSE(report.left_out.empty());
  EXPECT_NE(report.left_out.front().find("other means than Env"), std::string::npos);
  if (report.cells.empty()) { GTEST_SKIP() << report.left_out.back(); }
  EXPECT_EQ(broken(report), "");
  EXPECT_TRUE(fates(report, CrashRole::holder, Survivor::newcomer).contains(Fate::blocks));
  EXPECT_TRUE(std::ranges::all_of(report.cells, [](const CrashCell& cell) { return cell.point.kind == CrashKind::instruction; }));
}

TEST_F(CrashTest, ADeadListenerHoldsABroadcastUpAndADeadTellerDoesNot) {
  const CrashReport report = crash(strategy("broadcast_ring"), {.kind = CrashKind::access});
  EXPECT_EQ(broken(report), "");
  for (const Survivor survivor : all_survivors) {
    EXPECT_EQ(fates(report, CrashRole::producer, survivor), std::set{Fate::unaffected});
  }
  EXPECT_EQ(fates(report, CrashRole::consumer, Survivor::waiter), std::set{Fate::blocks});
  EXPECT_EQ(fates(report, CrashRole::consumer, Survivor::newcomer), std::set{Fate::unaffected}) << "it takes the place";
}

TEST_F(CrashTest, WhoeverTakesTheOneReadersPlaceGoesOn) {
  for (const std::string_view name : {"four_slot", "triple_buffer"}) {
    const CrashReport report = crash(strategy(name), {.kind = CrashKind::access});
    for (const CrashRole role : {CrashRole::writer, CrashRole::reader}) {
      for (const Survivor survivor : all_survivors) {
        EXPECT_EQ(fates(report, role, survivor), std::set{Fate::unaffected}) << name << ", " << to_string(role);
      }
    }
  }
}

/// Adapters over a lock that is opened by a name cannot be attached to late; the lock itself has its row.
TEST_F(CrashTest, EveryStrategyOfOurOwnHasItsRow) {
  for (const catalogue::StrategyEntry& one : catalogue::all().strategies) {
    if ((one.kind != Kind::own && one.kind != Kind::baseline) || is_unseen(one)) { continue; }
    std::string why_not;
    EXPECT_NE(crash_code(one, why_not), nullptr) << one.name() << ": " << why_not;
  }
}

TEST_F(CrashTest, SaysWhoCannotBeKilled) {
  std::string why_not;
  if (const catalogue::StrategyEntry& polls = strategy("ck_ring"); polls.unavailable.empty()) {
    EXPECT_EQ(crash_code(polls, why_not), nullptr);
    EXPECT_NE(why_not.find("polls"), std::string::npos) << why_not;
  }
  const CrashReport report = crash(strategy("bounded_buffer<named_semaphore>"), {.kind = CrashKind::access});
  EXPECT_TRUE(report.cells.empty());
  EXPECT_NE(report.unavailable.find("opened by a name"), std::string::npos) << report.unavailable;
}

TEST_F(CrashTest, OneRoleAndOnePoint) {
  const CrashReport report = crash(strategy("futex_mutex"), {.role = CrashRole::holder, .point = 2});
  ASSERT_EQ(report.cells.size(), 2U);
  for (const CrashCell& cell : report.cells) {
    EXPECT_EQ(cell.point.role, CrashRole::holder);
    EXPECT_EQ(cell.point.point, 2U);
    EXPECT_GE(cell.runs, 2U) << "the waiter comes before each access up to the point";
  }
  EXPECT_TRUE(crash(strategy("futex_mutex"), {.role = CrashRole::holder, .point = 1000}).cells.empty());
  EXPECT_TRUE(crash(strategy("futex_mutex"), {.role = CrashRole::writer, .point = {}}).cells.empty());
}

TEST_F(CrashTest, ADeathRepeatsFromItsToken) {
  const CrashReport report = crash(strategy("futex_mutex"), {.role = CrashRole::holder, .kind = CrashKind::access});
  const CrashCell* const lost = find(report, CrashRole::holder, Survivor::waiter, Fate::lost_wakeup);
  ASSERT_NE(lost, nullptr);
  const std::string token = crash_token(*lost->strategy, lost->point);
  EXPECT_TRUE(is_crash_token(token));
  const CrashOrderToken order = read_crash_token(token);
  const auto run = crash_run(*order.strategy, order.point.role, order.point.kind);
  for (int i = 0; i < 20; ++i) {
    const CrashOutcome outcome = run->kill_at(order.point);
    ASSERT_TRUE(outcome.died);
    EXPECT_EQ(outcome.fates[0], Fate::lost_wakeup);
    EXPECT_EQ(outcome.where, lost->where);
  }
}

TEST_F(CrashTest, ADamagedTokenIsRefusedWherever) {
  const std::string token = crash_token(strategy("futex_mutex"), {CrashRole::holder, 3, 7, CrashKind::asleep});
  const CrashPoint point = read_crash_token(token).point;
  EXPECT_EQ(point.arrival, 3U);
  EXPECT_EQ(point.point, 7U);
  EXPECT_EQ(point.kind, CrashKind::asleep);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string damaged = token;
    damaged[i] = damaged[i] == 'a' ? 'b' : 'a';
    EXPECT_THROW(read_crash_token(damaged), BadInput) << damaged;
    EXPECT_THROW(read_crash_token(token.substr(0, i)), BadInput) << i;
  }
}

TEST_F(CrashTest, WhoSleepsIsKilledThereToo) {
  const auto run = crash_run(strategy("futex_mutex"), CrashRole::waiter, CrashKind::asleep);
  bool slept = false;
  for (std::uint64_t point = 1; point < 6 && !slept; ++point) {
    const CrashOutcome outcome = run->kill_at({CrashRole::waiter, 1, point, CrashKind::asleep});
    slept = outcome.died;
    if (slept) { EXPECT_TRUE(outcome.where.starts_with("asleep in futex_wait")) << outcome.where; }
  }
  EXPECT_TRUE(slept);
}

}  // namespace
}  // namespace shmlab::crash
