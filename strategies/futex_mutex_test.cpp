#include "strategies/futex_mutex.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "shm/testing/child.hpp"
#include "strategies/controls/private_futex_mutex.hpp"
#include "strategies/testing/lanes.hpp"
#include "strategies/testing/recording_env.hpp"

namespace shmlab::strategies {
namespace {

using testing::RecordingEnv;
using Mutex = futex_mutex::FutexMutex<RecordingEnv>;
using PrivateMutex = private_futex_mutex::PrivateFutexMutex<RecordingEnv>;
using Scope = RecordingEnv::FutexScope;

template <class S>
class FutexMutexTest : public ::testing::Test {
 protected:
  void SetUp() override { RecordingEnv::reset(); }

  static std::uint32_t state(const testing::Object<S>& object) {
    return static_cast<typename S::Shared*>(object.memory())->state.load(std::memory_order_relaxed);
  }

  /// A thread goes to sleep on a held mutex and is woken by its unlock.
  static void contend() {
    const testing::Object<S> object({});
    S holder = object.attach(0);
    holder.lock();
    std::atomic<bool> entered{false};
    std::thread waiter([&] {
      S mutex = object.attach(1);
      mutex.lock();
      entered = true;
      mutex.unlock();
    });
    EXPECT_TRUE(shm::testing::eventually([] { return RecordingEnv::waits > 0; }));
    EXPECT_EQ(state(object), S::contended);
    EXPECT_FALSE(entered);
    holder.unlock();
    waiter.join();
    EXPECT_TRUE(entered);
    EXPECT_EQ(state(object), S::unlocked);
    EXPECT_EQ(RecordingEnv::wakes, 2) << "one for the waiter, one because the waiter cannot know that it was the last";
  }
};
using Mutexes = ::testing::Types<Mutex, PrivateMutex>;
TYPED_TEST_SUITE(FutexMutexTest, Mutexes);

TYPED_TEST(FutexMutexTest, MakesNoSystemCallWhenUncontended) {
  const testing::Object<TypeParam> object({});
  TypeParam mutex = object.attach();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(mutex.lock(), Acquired::clean);
    EXPECT_EQ(this->state(object), TypeParam::locked);
    mutex.unlock();
    EXPECT_EQ(this->state(object), TypeParam::unlocked);
  }
  EXPECT_EQ(RecordingEnv::waits, 0);
  EXPECT_EQ(RecordingEnv::wakes, 0);
}

TYPED_TEST(FutexMutexTest, WakesASleeper) {
  this->contend();
}

using FutexScopeTest = FutexMutexTest<Mutex>;
TEST_F(FutexScopeTest, TheMutexReachesEveryProcess) {
  contend();
  EXPECT_EQ(RecordingEnv::last_scope, Scope::shared);
}

using PrivateFutexScopeTest = FutexMutexTest<PrivateMutex>;
TEST_F(PrivateFutexScopeTest, TheControlReachesItsOwnProcessOnly) {
  contend();
  EXPECT_EQ(RecordingEnv::last_scope, Scope::process_private);
}

}  // namespace
}  // namespace shmlab::strategies
