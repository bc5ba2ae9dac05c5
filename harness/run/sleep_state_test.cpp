#include "run/sleep_state.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <type_traits>

#include "env/carried_descriptors.hpp"
#include "env/native_eventfd.hpp"
#include "env/native_file_lock.hpp"
#include "env/native_flock.hpp"
#include "env/native_pipe.hpp"
#include "env/native_pipe_permits.hpp"
#include "env/native_sysv_lock.hpp"
#include "shm/testing/child.hpp"
#include "shm/testing/leftovers.hpp"

namespace shmlab::run {
namespace {

using shm::testing::Child;

class SleepStateTest : public shm::testing::LeavesNothing {
 protected:
  static SleepState of(const Child& child) { return sleep_state(child.pid(), child.pid(), 0, 0); }
  /// Both ways of asking say the same of one who stays where he is.
  static bool is_for_good(const Child& child) {
    const bool answer = is_asleep_for_good(child.pid(), child.pid());
    EXPECT_EQ(of(child).asleep_for_good, answer);
    return answer;
  }
  /// Once it sleeps in that call.
  static bool comes_to_sleep_in(const Child& child, const std::string& where) {
    return shm::testing::eventually([&] { return of(child).where.find(where) != std::string::npos; });
  }
};

template <class Lock>
class SleepBehindAFile : public SleepStateTest {
 protected:
  static constexpr const char* call = std::is_same_v<Lock, env::NativeFlock> ? "flock()" : "fcntl(F_OFD_SETLKW)";
};
using FileLocks = ::testing::Types<env::NativeFileLock, env::NativeFlock>;
TYPED_TEST_SUITE(SleepBehindAFile, FileLocks);

TYPED_TEST(SleepBehindAFile, IsForGoodWhileItIsHeld) {
  env::NativeLockFile::Shared shared{};
  TypeParam::create(shared);
  TypeParam holder(shared);
  holder.lock();
  const Child waiter([&] {
    TypeParam(shared).lock();
    return 0;
  });
  EXPECT_TRUE(this->comes_to_sleep_in(waiter, this->call));
  EXPECT_TRUE(this->is_for_good(waiter));
  TypeParam::retire(shared);
}

TEST_F(SleepStateTest, ASystemVSemaphoreIsWaitedForForGoodUnlessThereIsADeadline) {
  env::NativeSysvLock::Shared shared{};
  env::NativeSysvLock::create(shared);
  env::NativeSysvLock holder(shared);
  holder.lock();
  const Child waiter([&] {
    env::NativeSysvLock(shared).lock();
    return 0;
  });
  EXPECT_TRUE(comes_to_sleep_in(waiter, "semop()"));
  EXPECT_TRUE(is_for_good(waiter));
  const Child timed([&] {
    const auto deadline = env::deadline_after(env::Deadline::clock::now(), 2 * shm::testing::watchdog);
    return env::NativeSysvLock(shared).lock_until(deadline) ? 0 : 1;
  });
  EXPECT_TRUE(comes_to_sleep_in(timed, "asleep in system call"));
  EXPECT_FALSE(is_for_good(timed));
  env::NativeSysvLock::dispose(shared);
}

TEST_F(SleepStateTest, WhatTheCaseCarriesIsWaitedForForGood) {
  const env::CarriedScope scope;
  env::NativePipe::Shared shared{};
  env::NativePipe::create(shared, {.bytes = 8, .messages = 1});
  const Child reader([&] {
    std::array<std::byte, 8> into{};
    env::NativePipe(shared).receive(into);
    return 0;
  });
  EXPECT_TRUE(comes_to_sleep_in(reader, "read() on what the case carries"));
  EXPECT_TRUE(is_for_good(reader));
}

template <class Permits>
class SleepForAPermit : public SleepStateTest {
 private:
  const env::CarriedScope carried_;
};
using CarriedPermits = ::testing::Types<env::NativeEventfd, env::NativePipePermits>;
TYPED_TEST_SUITE(SleepForAPermit, CarriedPermits);

TYPED_TEST(SleepForAPermit, IsForGoodWhereTheCaseCarriesIt) {
  typename TypeParam::Shared shared{};
  TypeParam::create(shared, 0);
  const Child waiter([&] {
    TypeParam(shared).wait();
    return 0;
  });
  EXPECT_TRUE(this->comes_to_sleep_in(waiter, "read() on what the case carries"));
  EXPECT_TRUE(this->is_for_good(waiter));
  TypeParam::dispose(shared);
  EXPECT_FALSE(this->is_for_good(waiter)) << "it is carried no more";
}

/// Negative control: somebody outside may end this one.
TEST_F(SleepStateTest, APipeIsNot) {
  std::array<int, 2> pipe_ends{};
  ASSERT_EQ(pipe(pipe_ends.data()), 0);
  const Child reader([&] {
    char byte = 0;
    return static_cast<int>(read(pipe_ends[0], &byte, 1));
  });
  EXPECT_TRUE(comes_to_sleep_in(reader, "asleep in system call"));
  EXPECT_FALSE(is_for_good(reader));
  for (const int end : pipe_ends) { close(end); }
}

}  // namespace
}  // namespace shmlab::run
