#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <new>
#include <string>
#include <vector>

#include "contract/config.hpp"
#include "env/traced_env.hpp"
#include "explore/dpor.hpp"
#include "explore/explore.hpp"
#include "explore/testing/small_programs.hpp"
#include "strategies/pthread_mutex.hpp"
#include "strategies/unnamed_semaphore.hpp"

/// Models of what the system hands out, under the strategies that stand on them.
namespace shmlab::explore {
namespace {

using Env = env::TracedEnv;

Settings quick() {
  Settings settings;
  settings.bounds.spurious_wakes = 0;
  return settings;
}

Exploration explored(const Program& program) {
  Dpor search;
  return explore(program, quick(), search);
}

template <class Lock>
Program counted(
    std::uint32_t participants, std::uint32_t operations, std::function<void(Lock&)> leave = [](Lock& lock) { lock.unlock(); }) {
  struct Shared {
    typename Lock::Shared lock;
    Env::Plain<std::uint32_t> count;
  };
  const auto work = [=](Shared& shared) {
    Lock endpoint(&shared.lock, {}, {});
    for (std::uint32_t i = 0; i < operations; ++i) {
      if (endpoint.lock() != Acquired::clean) { throw Violated{"not clean"}; }
      shared.count.set(shared.count.get() + 1);
      leave(endpoint);
    }
  };
  Program program =
      testing::program_of<Shared>(std::vector<std::function<void(Shared&)>>(participants, work), [=](Shared& shared) {
        return shared.count.get() == participants * operations ? Verdict::ok() : Verdict::violated("a section is lost");
      });
  program.create = [](void* memory) { Lock::create(&(new (memory) Shared{})->lock, {.initial_permits = 1}); };
  return program;
}

template <class Lock>
class OsLocks : public ::testing::Test {};
using Locks = ::testing::Types<strategies::pthread_mutex::PthreadMutex<Env>, strategies::pthread_mutex::PthreadMutexRobust<Env>,
                               strategies::unnamed_semaphore::UnnamedSemaphore<Env>>;
TYPED_TEST_SUITE(OsLocks, Locks);

TYPED_TEST(OsLocks, Exclude) {
  for (const auto& program : {counted<TypeParam>(2, 2), counted<TypeParam>(3, 1)}) {
    const auto found = explored(program);
    EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
    EXPECT_TRUE(found.is_exhaustive());
    EXPECT_GT(found.executions, 2U);
  }
}

TYPED_TEST(OsLocks, ThatIsNeverLeftIsADeadlock) {
  const auto found = explored(counted<TypeParam>(2, 1, [](TypeParam& /*lock*/) {}));
  EXPECT_TRUE(found.verdict.why.starts_with("deadlock: P")) << found.verdict.why;
  EXPECT_NE(found.verdict.why.find("sleeps at"), std::string::npos) << found.verdict.why;
}

TYPED_TEST(OsLocks, GiveUpAtTheirDeadline) {
  struct Shared {
    typename TypeParam::Shared lock;
    Env::Plain<std::uint32_t> inside;
  };
  std::uint32_t ways = 0;
  Program program = testing::program_of<Shared>({[](Shared& shared) {
                                                   TypeParam lock(&shared.lock, {}, {});
                                                   lock.lock();
                                                   shared.inside.set(1);
                                                   lock.unlock();
                                                 },
                                                 [&ways](Shared& shared) {
                                                   TypeParam lock(&shared.lock, {}, {});
                                                   if (!lock.lock_for(std::chrono::seconds(1))) {
                                                     ways |= 1U;
                                                     return;
                                                   }
                                                   ways |= 2U;
                                                   shared.inside.set(2);
                                                   lock.unlock();
                                                 }});
  program.create = [](void* memory) { TypeParam::create(&(new (memory) Shared{})->lock, {.initial_permits = 1}); };
  const auto found = explored(program);
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
  EXPECT_EQ(ways, 3U);
}

TEST(OsObjectsTest, WhatAnotherHoldsCannotBeUnlocked) {
  using Lock = strategies::pthread_mutex::PthreadMutex<Env>;
  Program program = testing::program_of<Lock::Shared>({[](Lock::Shared& shared) { Lock(&shared, {}, {}).unlock(); }});
  program.create = [](void* memory) { Lock::create(memory, {}); };
  EXPECT_TRUE(explored(program).verdict.why.starts_with("P0 threw: pthread_mutex_unlock")) << explored(program).verdict.why;
}

TEST(OsObjectsTest, APostPassesOnWhatCameBeforeIt) {
  struct Shared {
    Env::Semaphore semaphore;
    Env::Plain<std::uint32_t> data;
  };
  Program program = testing::program_of<Shared>({[](Shared& shared) {
                                                   shared.data.set(7);
                                                   shared.semaphore.post();
                                                 },
                                                 [](Shared& shared) {
                                                   shared.semaphore.wait();
                                                   if (shared.data.get() != 7) { throw Violated{"old"}; }
                                                 }});
  program.create = [](void* memory) { (new (memory) Shared{})->semaphore.create(0); };
  const auto found = explored(program);
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
}

TEST(OsObjectsTest, ANamedSemaphoreIsKnownByItsPlace) {
  Program program = testing::program_of<Env::NamedSemaphore::Shared>(
      {[](Env::NamedSemaphore::Shared& shared) { Env::NamedSemaphore(shared).post(); },
       [](Env::NamedSemaphore::Shared& shared) { Env::NamedSemaphore(shared).wait(); }});
  program.create = [](void* memory) { Env::NamedSemaphore::create(*new (memory) Env::NamedSemaphore::Shared{}, 0); };
  EXPECT_TRUE(explored(program).verdict.is_ok());
}

}  // namespace
}  // namespace shmlab::explore
