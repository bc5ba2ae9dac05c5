#include "run/sleep_state.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>

#include "env/carried_descriptors.hpp"
#include "env/native_file_lock.hpp"
#include "env/native_pipe.hpp"
#include "env/native_sysv_lock.hpp"
#include "shm/testing/child.hpp"
#include "shm/testing/leftovers.hpp"

namespace shmlab::run {
namespace {

using shm::testing::Child;

class SleepStateTest : public shm::testing::LeavesNothing {
 protected:
  static SleepState of(const Child& child) { return sleep_state(child.pid(), child.pid(), 0, 0); }
  /// Once it sleeps in that call.
  static bool comes_to_sleep_in(const Child& child, const std::string& where) {
    return shm::testing::eventually([&] { return of(child).where.find(where) != std::string::npos; });
  }
};

TEST_F(SleepStateTest, AFileLockThatIsHeldIsWaitedForForGood) {
  env::NativeFileLock::Shared shared{};
  env::NativeFileLock::create(shared);
  env::NativeFileLock holder(shared);
  holder.lock();
  const Child waiter([&] {
    env::NativeFileLock(shared).lock();
    return 0;
  });
  EXPECT_TRUE(comes_to_sleep_in(waiter, "fcntl(F_OFD_SETLKW)"));
  EXPECT_TRUE(of(waiter).asleep_for_good);
  env::NativeFileLock::retire(shared);
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
  EXPECT_TRUE(of(waiter).asleep_for_good);
  const Child timed([&] {
    const auto deadline = env::deadline_after(env::Deadline::clock::now(), 2 * shm::testing::watchdog);
    return env::NativeSysvLock(shared).lock_until(deadline) ? 0 : 1;
  });
  EXPECT_TRUE(comes_to_sleep_in(timed, "asleep in system call"));
  EXPECT_FALSE(of(timed).asleep_for_good);
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
  EXPECT_TRUE(of(reader).asleep_for_good);
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
  EXPECT_FALSE(of(reader).asleep_for_good);
  for (const int end : pipe_ends) { close(end); }
}

}  // namespace
}  // namespace shmlab::run
