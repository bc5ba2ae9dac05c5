#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "contract/config.hpp"
#include "env/traced_env.hpp"
#include "explore/depth_first.hpp"
#include "explore/dpor.hpp"
#include "explore/explore.hpp"
#include "explore/random_walks.hpp"
#include "explore/testing/small_programs.hpp"
#include "strategies/pthread_mutex.hpp"
#include "strategies/pthread_mutex_robust.hpp"
#include "strategies/pthread_rwlock.hpp"
#include "strategies/pthread_rwlock_prefer_writer.hpp"
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
using Locks =
    ::testing::Types<strategies::pthread_mutex::PthreadMutex<Env>, strategies::pthread_mutex_robust::PthreadMutexRobust<Env>,
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

template <class Lock>
class OsRwlocks : public ::testing::Test {
 protected:
  struct Locked {
    typename Lock::Shared lock;
    Env::Plain<std::uint32_t> data;
    Env::Atomic<std::uint32_t> readers{0};
  };
  static Program program_of(std::vector<std::function<void(Locked&)>> bodies) {
    Program program = testing::program_of<Locked>(std::move(bodies));
    program.create = [](void* memory) { Lock::create(&(new (memory) Locked{})->lock, {}); };
    return program;
  }
  static void write(Locked& shared) {
    Lock lock(&shared.lock, {}, {});
    lock.lock();
    shared.data.set(shared.data.get() + 1);
    lock.unlock();
  }
};
using Rwlocks = ::testing::Types<strategies::pthread_rwlock::PthreadRwlock<Env>,
                                 strategies::pthread_rwlock_prefer_writer::PthreadRwlockPreferWriter<Env>>;
TYPED_TEST_SUITE(OsRwlocks, Rwlocks);

TYPED_TEST(OsRwlocks, LetReadersInTogetherAndKeepWritersOut) {
  using Record = typename TestFixture::Locked;
  std::uint32_t most = 0;
  const auto read = [&most](Record& shared) {
    TypeParam lock(&shared.lock, {}, {});
    lock.lock_shared();
    // relaxed: counts, and orders nothing
    most = std::max(most, shared.readers.fetch_add(1, std::memory_order_relaxed) + 1);
    static_cast<void>(shared.data.get());
    shared.readers.fetch_sub(1, std::memory_order_relaxed);
    lock.unlock_shared();
  };
  for (const auto& program : {TestFixture::program_of({read, read}), TestFixture::program_of({read, TestFixture::write}),
                              TestFixture::program_of({TestFixture::write, TestFixture::write})}) {
    const auto found = explored(program);
    EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
    EXPECT_TRUE(found.is_exhaustive());
  }
  EXPECT_EQ(most, 2U);
}

TYPED_TEST(OsRwlocks, ThatAReaderNeverLeavesKeepsWritersOutForEver) {
  using Record = typename TestFixture::Locked;
  const auto found = explored(
      TestFixture::program_of({[](Record& shared) { TypeParam(&shared.lock, {}, {}).lock_shared(); }, TestFixture::write}));
  EXPECT_TRUE(found.verdict.why.starts_with("deadlock: P1")) << found.verdict.why;
}

/// POSIX lets a writer that waits keep readers out (pthread_rwlock_rdlock(3p)), also those that hold the lock already.
TEST(OsObjectsTest, WhereWritersArePreferredAReaderDoesNotLockAgain) {
  const auto why = [&](env::Preference preference) {
    using Rwlock = Env::PthreadRwlock;
    const auto lock_twice = [](Rwlock& rwlock) {
      rwlock.lock_shared();
      rwlock.lock_shared();
      rwlock.unlock();
      rwlock.unlock();
    };
    const auto lock_once = [](Rwlock& rwlock) {
      rwlock.lock();
      rwlock.unlock();
    };
    Program program = testing::program_of<Rwlock>({lock_twice, lock_once});
    program.create = [=](void* memory) { (new (memory) Rwlock)->create(preference); };
    return explored(program).verdict.why;
  };
  EXPECT_EQ(why(env::Preference::readers), "");
  EXPECT_TRUE(why(env::Preference::writers).starts_with("deadlock: P")) << why(env::Preference::writers);
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

/// A box that holds one number at a time, under a mutex and a condition variable.
struct Box {
  Env::PthreadMutex mutex;
  Env::ConditionVariable changed;
  Env::Plain<std::uint32_t> full;
  Env::Plain<std::uint32_t> taken;
};

/// How the users of the box go wrong.
enum class Mistake : std::uint8_t { none, no_predicate, tests_before_locking, no_signal, signal_for_all };

/// `takers` empty the box, each once, and as many put something in.
Program box(std::uint32_t takers, Mistake mistake) {
  const auto take = [mistake](Box& box) {
    if (mistake == Mistake::tests_before_locking) {
      box.mutex.lock();
      const bool full = box.full.get() != 0;
      box.mutex.unlock();
      box.mutex.lock();
      if (!full) { box.changed.wait(box.mutex); }
    } else {
      box.mutex.lock();
      while (box.full.get() == 0) {
        box.changed.wait(box.mutex);
        if (mistake == Mistake::no_predicate) { break; }
      }
    }
    if (box.full.get() == 0) { throw Violated{"took from an empty box"}; }
    box.full.set(0);
    box.taken.set(box.taken.get() + 1);
    if (mistake == Mistake::signal_for_all) {
      box.changed.signal();
    } else {
      box.changed.broadcast();
    }
    box.mutex.unlock();
  };
  const auto put = [mistake](Box& box) {
    box.mutex.lock();
    while (box.full.get() != 0) { box.changed.wait(box.mutex); }
    box.full.set(1);
    if (mistake == Mistake::signal_for_all) {
      box.changed.signal();
    } else if (mistake != Mistake::no_signal) {
      box.changed.broadcast();
    }
    box.mutex.unlock();
  };
  std::vector<std::function<void(Box&)>> bodies(takers, take);
  bodies.insert(bodies.end(), takers, put);
  Program program = testing::program_of<Box>(std::move(bodies), [takers](Box& box) {
    return box.taken.get() == takers ? Verdict::ok() : Verdict::violated("something is left");
  });
  program.create = [](void* memory) {
    Box& box = *new (memory) Box{};
    box.mutex.create(env::Robustness::stalled, env::Inheritance::priority);
    box.changed.create();
  };
  return program;
}

Exploration with_preemptions(const Program& program, std::uint32_t preemptions, std::uint32_t spurious = 0) {
  DepthFirst search(0, preemptions);
  Settings settings = quick();
  settings.bounds.spurious_wakes = spurious;
  return explore(program, settings, search);
}

TEST(OsObjectsTest, AConditionIsWaitedForAndTold) {
  const auto one = explored(box(1, Mistake::none));
  EXPECT_TRUE(one.verdict.is_ok()) << one.verdict.why;
  EXPECT_TRUE(one.is_exhaustive());
  Pct search(4, 1);
  Settings settings;
  settings.most_executions = 20'000;
  const auto two = explore(box(2, Mistake::none), settings, search);
  EXPECT_TRUE(two.verdict.is_ok()) << two.verdict.why;
}

TEST(OsObjectsTest, AWaitWithoutAPredicateIsCaught) {
  const auto found = with_preemptions(box(1, Mistake::no_predicate), 2, 1);
  EXPECT_EQ(found.verdict.why, "P0: took from an empty box");
}

TEST(OsObjectsTest, ASignalBeforeTheWaitIsLost) {
  const auto found = with_preemptions(box(1, Mistake::tests_before_locking), 2);
  EXPECT_NE(found.verdict.why.find("P0 sleeps at"), std::string::npos) << found.verdict.why;
}

TEST(OsObjectsTest, WithoutASignalTheWaiterSleeps) {
  const auto found = with_preemptions(box(1, Mistake::no_signal), 1);
  EXPECT_NE(found.verdict.why.find("P0 sleeps at"), std::string::npos) << found.verdict.why;
}

/// Two predicates share a condition variable: a signal wakes whom it does not concern.
TEST(OsObjectsTest, ASignalWhereABroadcastIsNeededIsLost) {
  const auto found = with_preemptions(box(2, Mistake::signal_for_all), 3);
  EXPECT_NE(found.verdict.why.find("sleeps at"), std::string::npos) << found.verdict.why;
}

TEST(OsObjectsTest, AWaitForAConditionGivesUpWithTheMutexHeld) {
  std::uint32_t ways = 0;
  const auto wait = [&ways](Box& box) {
    box.mutex.lock();
    const env::Deadline deadline = Env::now() + std::chrono::seconds(1);
    while (box.full.get() == 0) {
      if (!box.changed.wait_until(box.mutex, deadline).in_time) { break; }
    }
    ways |= box.full.get() == 0 ? 1U : 2U;
    box.mutex.unlock();
  };
  const auto put = [](Box& box) {
    box.mutex.lock();
    box.full.set(1);
    box.changed.signal();
    box.mutex.unlock();
  };
  Program program = box(1, Mistake::none);
  program.body = [=](std::uint32_t index, void* memory) {
    Box& shared = *static_cast<Box*>(memory);
    index == 0 ? wait(shared) : put(shared);
  };
  program.judge = [](void* /*memory*/) { return Verdict::ok(); };
  const auto found = explored(program);
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
  EXPECT_EQ(ways, 3U);
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
