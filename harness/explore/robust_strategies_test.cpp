#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "env/traced_env.hpp"
#include "explore/dpor.hpp"
#include "explore/explore.hpp"
#include "explore/testing/mortal_programs.hpp"
#include "strategies/condition_variable.hpp"
#include "strategies/fcntl_lock.hpp"
#include "strategies/pthread_mutex_pi_robust.hpp"
#include "strategies/pthread_mutex_robust.hpp"
#include "strategies/robust_futex_mutex.hpp"
#include "strategies/robust_seqlock.hpp"
#include "strategies/spsc_ring_watched.hpp"
#include "strategies/sysv_semaphore.hpp"

/// Strategies that survive their participants: wherever one dies the others go on, and find whole data or are told.
namespace shmlab::explore {
namespace {

using Env = env::TracedEnv;
using testing::mortal_messages;
using testing::mortal_sections;
using testing::mortal_snapshots;
using testing::with_deaths;
using testing::with_few;
using RobustMutex = strategies::robust_futex_mutex::RobustFutexMutex<Env>;
using RobustPthread = strategies::pthread_mutex_robust::PthreadMutexRobust<Env>;
using RobustPi = strategies::pthread_mutex_pi_robust::PthreadMutexPiRobust<Env>;
using WatchedRing = strategies::spsc_ring_watched::SpscRingWatched<Env>;
using RobustSeqlock = strategies::robust_seqlock::RobustSeqlock<Env>;

void expect_to_hold(const Exploration& found) {
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
  EXPECT_GT(found.executions, 50U);
}

TEST(RobustStrategiesTest, MutexHoldsWithoutDeaths) {
  Dpor search;
  const auto found = explore(mortal_sections<RobustMutex>(2, 1), with_deaths(0), search);
  expect_to_hold(found);
  EXPECT_TRUE(found.is_exhaustive());
  expect_to_hold(with_few(0, 2, mortal_sections<RobustMutex>(2, 2)));
}

TEST(RobustStrategiesTest, MutexOutlivesItsHolder) {
  Dpor search;
  const auto found = explore(mortal_sections<RobustMutex>(2, 1), with_deaths(1), search);
  expect_to_hold(found);
  EXPECT_TRUE(found.is_exhaustive());
  EXPECT_TRUE(found.met.contains(Bound::deaths));
  expect_to_hold(with_few(1, 2, mortal_sections<RobustMutex>(3, 1)));
}

TEST(RobustStrategiesTest, MutexOutlivesItsHeirToo) {
  expect_to_hold(with_few(2, 0, mortal_sections<RobustMutex>(3, 1)));
}

TEST(RobustStrategiesTest, PthreadMutexesOutliveTheirHolders) {
  expect_to_hold(with_few(1, 1, mortal_sections<RobustPi>(3, 1)));
  // With three preemptions the model of libc's forgets a sleeper: the holder gives, another takes, and then the first dies, before the wake.
  const auto found = with_few(1, 3, mortal_sections<RobustPthread>(3, 1));
  EXPECT_TRUE(found.verdict.why.starts_with("lost wake-up: P0 died at pthread_mutex_robust.hpp")) << found.verdict.why;
}

TEST(RobustStrategiesTest, SeqlockHoldsWithoutDeaths) {
  expect_to_hold(with_few(0, 3, mortal_snapshots<RobustSeqlock>(1, 1)));
  expect_to_hold(with_few(0, 1, mortal_snapshots<RobustSeqlock>(2, 1)));
}

TEST(RobustStrategiesTest, SeqlockOutlivesItsWriters) {
  Dpor search;
  const auto found = explore(mortal_snapshots<RobustSeqlock>(1, 1), with_deaths(1), search);
  expect_to_hold(found);
  EXPECT_TRUE(found.is_exhaustive());
  Program with_heir = mortal_snapshots<RobustSeqlock>(2, 1);
  with_heir.may_die = [](std::uint32_t index) { return index == 0; };
  expect_to_hold(with_few(1, 1, with_heir));
  with_heir.may_die = [](std::uint32_t index) { return index <= 1; };
  expect_to_hold(with_few(2, 0, with_heir));
}

template <class Lock>
class KernelLocks : public ::testing::Test {};
using GivenBack = ::testing::Types<strategies::fcntl_lock::FcntlLock<Env>, strategies::sysv_semaphore::SysvSemaphore<Env>>;
TYPED_TEST_SUITE(KernelLocks, GivenBack);

TYPED_TEST(KernelLocks, OutliveTheirHolders) {
  Dpor search;
  const auto alone = explore(mortal_sections<TypeParam>(2, 2), with_deaths(0), search);
  expect_to_hold(alone);
  EXPECT_TRUE(alone.is_exhaustive());
  Dpor another;
  const auto found = explore(mortal_sections<TypeParam>(2, 1), with_deaths(1), another);
  expect_to_hold(found);
  EXPECT_TRUE(found.is_exhaustive());
  EXPECT_TRUE(found.met.contains(Bound::deaths));
  expect_to_hold(with_few(1, 2, mortal_sections<TypeParam>(3, 1)));
  expect_to_hold(with_few(2, 1, mortal_sections<TypeParam>(3, 1)));
}

TEST(RobustStrategiesTest, WatchedRingHoldsWithoutDeaths) {
  expect_to_hold(with_few(0, 3, mortal_messages<WatchedRing>(1)));
  expect_to_hold(with_few(0, 2, mortal_messages<WatchedRing>(3)));
}

/// Whoever plays a side and dies leaves nobody asleep: neither one who waits for it, nor one for whom it has just handed something over.
TEST(RobustStrategiesTest, WatchedRingTellsItsPeer) {
  const auto found = with_few(1, 2, mortal_messages<WatchedRing>(1));
  expect_to_hold(found);
  EXPECT_TRUE(found.met.contains(Bound::deaths));
  expect_to_hold(with_few(1, 1, mortal_messages<WatchedRing>(2)));
}

}  // namespace
}  // namespace shmlab::explore
