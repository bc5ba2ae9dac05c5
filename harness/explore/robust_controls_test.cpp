#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "env/traced_env.hpp"
#include "explore/explore.hpp"
#include "explore/testing/mortal_programs.hpp"
#include "strategies/controls/broken_fcntl_lock.hpp"
#include "strategies/controls/broken_pthread_mutex_robust.hpp"
#include "strategies/controls/broken_robust_futex_mutex.hpp"
#include "strategies/controls/broken_robust_seqlock.hpp"
#include "strategies/controls/broken_spsc_ring_watched.hpp"

/// The controls for death: sound as long as nobody dies, and caught when somebody may.
namespace shmlab::explore {
namespace {

using Env = env::TracedEnv;
using strategies::broken_robust_futex_mutex::BrokenRobustFutexMutexEarlyDone;
using strategies::broken_robust_futex_mutex::BrokenRobustFutexMutexForgetfulHeir;
using strategies::broken_robust_futex_mutex::BrokenRobustFutexMutexNoList;
using strategies::broken_robust_futex_mutex::BrokenRobustFutexMutexNoPending;
using strategies::broken_robust_futex_mutex::BrokenRobustFutexMutexNoRepair;
using testing::mortal_messages;
using testing::mortal_sections;
using testing::mortal_snapshots;
using testing::with_few;
using NaiveRestart = strategies::broken_robust_seqlock::BrokenRobustSeqlockNaiveRestart<Env>;

/// What is found in three sections with one death; without a death there is nothing.
template <class Lock>
std::string found_in() {
  const auto without = with_few(0, 1, mortal_sections<Lock>(3, 1));
  EXPECT_TRUE(without.verdict.is_ok()) << without.verdict.why;
  return with_few(1, 2, mortal_sections<Lock>(3, 1)).verdict.why;
}

TEST(RobustControlsTest, SilentFileLock) {
  const std::string why = found_in<strategies::broken_fcntl_lock::BrokenFcntlLockSilent<Env>>();
  EXPECT_NE(why.find("half written, and nobody said so"), std::string::npos) << why;
}

TEST(RobustControlsTest, NoConsistent) {
  using Lock = strategies::broken_pthread_mutex_robust::BrokenPthreadMutexRobustNoConsistent<Env>;
  EXPECT_NE(found_in<Lock>().find("not recoverable"), std::string::npos);
}

TEST(RobustControlsTest, NoList) {
  const std::string why = found_in<BrokenRobustFutexMutexNoList<Env>>();
  EXPECT_TRUE(why.starts_with("deadlock: P")) << why;
}

TEST(RobustControlsTest, NoPending) {
  const std::string why = found_in<BrokenRobustFutexMutexNoPending<Env>>();
  EXPECT_TRUE(why.starts_with("deadlock: P") || why.starts_with("lost wake-up: P")) << why;
}

TEST(RobustControlsTest, NoRepair) {
  EXPECT_NE(found_in<BrokenRobustFutexMutexNoRepair<Env>>().find("half written, and nobody said so"), std::string::npos);
}

TEST(RobustControlsTest, EarlyDone) {
  const std::string why = found_in<BrokenRobustFutexMutexEarlyDone<Env>>();
  EXPECT_TRUE(why.starts_with("lost wake-up: P")) << why;
}

TEST(RobustControlsTest, ForgetfulHeir) {
  const std::string why = found_in<BrokenRobustFutexMutexForgetfulHeir<Env>>();
  EXPECT_TRUE(why.starts_with("lost wake-up: P")) << why;
}

template <class Ring>
std::string found_in_messages() {
  const auto without = with_few(0, 1, mortal_messages<Ring>(2));
  EXPECT_TRUE(without.verdict.is_ok()) << without.verdict.why;
  return with_few(1, 2, mortal_messages<Ring>(2)).verdict.why;
}
TEST(RobustControlsTest, RingOnNoList) {
  const std::string why = found_in_messages<strategies::broken_spsc_ring_watched::BrokenSpscRingWatchedNoList<Env>>();
  EXPECT_TRUE(why.starts_with("deadlock: P") || why.starts_with("lost wake-up: P")) << why;
}
TEST(RobustControlsTest, RingThatForgetsItsSleeper) {
  const std::string why = found_in_messages<strategies::broken_spsc_ring_watched::BrokenSpscRingWatchedEarlyClear<Env>>();
  EXPECT_TRUE(why.starts_with("deadlock: P") || why.starts_with("lost wake-up: P")) << why;
}

TEST(RobustControlsTest, NaiveRestart) {
  EXPECT_TRUE(with_few(0, 1, mortal_snapshots<NaiveRestart>(2, 1)).verdict.is_ok());
  EXPECT_FALSE(with_few(1, 2, mortal_snapshots<NaiveRestart>(2, 1)).verdict.is_ok());
}

/// The number as it was left, and two words of the value.
struct Left : NaiveRestart {
  using NaiveRestart::NaiveRestart;
  [[nodiscard]] bool is_torn_and_whole() const {
    std::array<std::uint64_t, 3> value{};  // with room for a remainder, which g++ 12 takes for possible
    this->words_.load(std::as_writable_bytes(std::span(value)));
    return is_whole(this->number()) && value[0] != value[1];
  }
};

/// The second death leaves a mixture that everybody takes for whole, for good. One death does not.
TEST(RobustControlsTest, ASecondDeathAfterANaiveRestartLeavesAMixture) {
  Program program = mortal_snapshots<NaiveRestart>(2, 0);
  program.judge = [](void* memory) {
    const Left left(memory, {.payload_bytes = 16}, {});
    return left.is_torn_and_whole() ? Verdict::violated("a mixture, for good") : Verdict::ok();
  };
  EXPECT_TRUE(with_few(1, 2, program).verdict.is_ok());
  EXPECT_EQ(with_few(2, 2, program).verdict.why, "a mixture, for good");
}

}  // namespace
}  // namespace shmlab::explore
