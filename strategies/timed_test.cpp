#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <new>

#include "contract/face.hpp"
#include "env/native_env.hpp"
#include "strategies/condition_variable.hpp"
#include "strategies/eventcount.hpp"
#include "strategies/futex_mutex.hpp"
#include "strategies/futex_mutex_spinning.hpp"
#include "strategies/named_semaphore.hpp"
#include "strategies/pthread_mutex.hpp"
#include "strategies/pthread_mutex_adaptive.hpp"
#include "strategies/pthread_mutex_pi.hpp"
#include "strategies/pthread_mutex_pi_robust.hpp"
#include "strategies/pthread_mutex_robust.hpp"
#include "strategies/pthread_rwlock.hpp"
#include "strategies/pthread_rwlock_prefer_writer.hpp"
#include "strategies/robust_futex_mutex.hpp"
#include "strategies/sysv_semaphore.hpp"
#include "strategies/testing/lanes.hpp"
#include "strategies/unnamed_semaphore.hpp"

namespace shmlab::strategies {
namespace {

using E = env::NativeEnv;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using testing::Lane;

/// What the lock protects.
struct Count {
  E::Plain<std::uint64_t> value;
};

/// Three participants count together in sections that outlast the time for which they ask, and fall back to asking for ever.
template <TimedExclusive S>
testing::Trial<S> counting() {
  constexpr std::uint32_t participants = 3;
  constexpr std::uint64_t sections = 300;
  testing::Trial<S> trial{.config = {.participants = participants}, .own_bytes = sizeof(Count), .bodies = {}};
  trial.bodies.assign(participants, [](S& lock, std::byte* own) {
    Count& count = *std::launder(reinterpret_cast<Count*>(own));
    bool right = true;
    for (std::uint64_t i = 0; i < sections; ++i) {
      const auto before = E::now();
      const auto acquired = lock.lock_for(microseconds(1));
      if (!acquired) {
        right = E::now() - before >= microseconds(1) && right;
        right = lock.lock() == Acquired::clean && right;
      }
      count.value.set(count.value.get() + 1);
      if (i % 8 == 0) { E::yield(); }
      lock.unlock();
    }
    return right;
  });
  trial.judge = [](const std::byte* own) {
    return std::launder(reinterpret_cast<const Count*>(own))->value.get() == participants * sections;
  };
  return trial;
}

template <class S>
class TimedExclusiveTest : public ::testing::Test {};
using Locks = ::testing::Types<
    futex_mutex::FutexMutex<E>, futex_mutex_spinning::FutexMutexSpinning<E>, robust_futex_mutex::RobustFutexMutex<E>,
    pthread_mutex::PthreadMutex<E>, pthread_mutex_adaptive::PthreadMutexAdaptive<E>, pthread_mutex_robust::PthreadMutexRobust<E>,
    pthread_mutex_pi::PthreadMutexPi<E>, pthread_mutex_pi_robust::PthreadMutexPiRobust<E>, pthread_rwlock::PthreadRwlock<E>,
    pthread_rwlock_prefer_writer::PthreadRwlockPreferWriter<E>, unnamed_semaphore::UnnamedSemaphore<E>,
    named_semaphore::NamedSemaphore<E>, sysv_semaphore::SysvSemaphore<E>>;
TYPED_TEST_SUITE(TimedExclusiveTest, Locks);

TYPED_TEST(TimedExclusiveTest, KeepsThreadsApart) {
  EXPECT_TRUE(holds(Lane::threads, counting<TypeParam>()));
}
TYPED_TEST(TimedExclusiveTest, KeepsProcessesApart) {
  EXPECT_TRUE(holds(Lane::processes, counting<TypeParam>()));
}

TYPED_TEST(TimedExclusiveTest, GivesUpWhileItIsHeldAndLeavesNothingBehind) {
  const testing::Object<TypeParam> object({});
  TypeParam holder = object.attach(0);
  TypeParam other = object.attach(1);
  EXPECT_EQ(holder.lock_for(milliseconds(0)), Acquired::clean) << "it is free";
  // From another thread: a mutex that its own thread asks for again may answer something else.
  const bool right =
      std::async(std::launch::async, [&] {
        const auto before = E::now();
        return !other.lock_for(milliseconds(20)) && E::now() - before >= milliseconds(20) && !other.lock_for(milliseconds(-5));
      }).get();
  EXPECT_TRUE(right);
  holder.unlock();
  EXPECT_EQ(holder.lock_for(std::chrono::nanoseconds::max()), Acquired::clean);
  holder.unlock();
}

template <class S>
class TimedSignalTest : public ::testing::Test {};
using Signals = ::testing::Types<condition_variable::ConditionVariable<E>, eventcount::Eventcount<E>,
                                 unnamed_semaphore::UnnamedSemaphore<E>, named_semaphore::NamedSemaphore<E>>;
TYPED_TEST_SUITE(TimedSignalTest, Signals);

TYPED_TEST(TimedSignalTest, ConsumesNoPermitWhenItGivesUp) {
  const testing::Object<TypeParam> object({.initial_permits = 0});
  TypeParam signal = object.attach();
  const auto before = E::now();
  EXPECT_FALSE(signal.wait_for(milliseconds(20)));
  EXPECT_GE(E::now() - before, milliseconds(20));
  signal.post();
  EXPECT_TRUE(signal.wait_for(milliseconds(0)));
  EXPECT_FALSE(signal.wait_for(milliseconds(0)));
}

}  // namespace
}  // namespace shmlab::strategies
