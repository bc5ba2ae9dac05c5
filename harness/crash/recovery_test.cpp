#include "crash/recovery.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "catalogue/catalogue.hpp"
#include "crash/crash.hpp"

namespace shmlab::crash {
namespace {

using catalogue::strategy;

class RecoveryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (strategy("futex_mutex").traced_cases.empty()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  }
};

TEST(RecoveryTimesTest, AreNearestRanks) {
  const Recovery recovery{
      .role = CrashRole::holder, .deaths = 10, .kill_to_next_ns = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, .poisoned = 5};
  EXPECT_EQ(recovery.time_at(0.5), 5);
  EXPECT_EQ(recovery.time_at(0.9), 9);
  EXPECT_EQ(recovery.time_at(0.99), 10);
  EXPECT_EQ(recovery.time_at(1), 10);
  EXPECT_EQ(recovery.time_at(0), 1);
  EXPECT_EQ(recovery.poisoned_rate(), 0.5);
}

TEST_F(RecoveryTest, WhoWaitsForARobustMutexGoesOnAndForAPlainOneNever) {
  const Recovery robust = measure_recovery(strategy("pthread_mutex_robust"), CrashRole::holder, {});
  EXPECT_GT(robust.deaths, 10U);
  EXPECT_EQ(robust.never, 0U);
  ASSERT_GT(robust.kill_to_next_ns.size(), 10U) << "wherever the victim held it";
  EXPECT_GT(robust.kill_to_next_ns.front(), 0);
  EXPECT_TRUE(std::ranges::is_sorted(robust.kill_to_next_ns));
  EXPECT_EQ(robust.poisoned, 0U);
  const Recovery plain = measure_recovery(strategy("futex_mutex"), CrashRole::holder, {});
  EXPECT_EQ(plain.deaths, robust.deaths);
  EXPECT_GT(plain.never, 10U);
}

TEST_F(RecoveryTest, ARingLosesWhatItsDeadConsumerHadTakenAndDuplicatesNothing) {
  const Recovery consumer = measure_recovery(strategy("spsc_ring"), CrashRole::consumer, {});
  EXPECT_GT(consumer.lost, 0U) << "killed between its release of the slot and its account";
  EXPECT_LT(consumer.lost, consumer.deaths);
  EXPECT_EQ(consumer.duplicated, 0U);
  const Recovery producer = measure_recovery(strategy("spsc_ring"), CrashRole::producer, {});
  EXPECT_GT(producer.deaths, 10U);
  EXPECT_EQ(producer.lost, 0U) << "what send() returned from is received";
}

TEST_F(RecoveryTest, APartIsNotMeasured) {
  EXPECT_TRUE(crash(strategy("seqlock"), {.role = CrashRole::reader, .kind = CrashKind::access}).recoveries.empty());
  EXPECT_EQ(crash(strategy("seqlock"), {.role = CrashRole::reader}).recoveries.size(), 1U);
}

}  // namespace
}  // namespace shmlab::crash
