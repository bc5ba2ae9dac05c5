#include "env/native_robust_list.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <thread>
#include <vector>

#include "env/model.hpp"
#include "env/native_env.hpp"
#include "shm/mapping_address.hpp"
#include "shm/region.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::env {
namespace {

using E = NativeEnv;
using shm::Region;
using shm::testing::Child;
using shm::testing::eventually;
constexpr auto relaxed = std::memory_order_relaxed;

struct Shared {
  std::array<E::RobustWord, 3> words;
  std::array<NativePthreadMutex, 3> mutexes;
  std::atomic<std::uint32_t> steps;
};

class RobustListTest : public ::testing::Test {
 protected:
  [[nodiscard]] Shared& shared() const { return *reinterpret_cast<Shared*>(region_.payload()); }
  [[nodiscard]] E::RobustWord& word(std::size_t index = 0) const { return shared().words[index]; }
  [[nodiscard]] std::uint32_t value(std::size_t index = 0) const { return word(index).word.load(std::memory_order_acquire); }
  void move_away(std::uint32_t participant) {
    shm::map_apart(participant, region_.mapped_bytes(), [&](void* address) { region_.relocate(address); });
  }

  void take(std::size_t index = 0) const {
    E::robust_pending(&word(index));
    word(index).word.store(E::thread_id(), relaxed);  // relaxed: nobody else wants it
    E::robust_add(word(index));
    E::robust_pending(nullptr);
  }
  void give(std::size_t index = 0) const {
    E::robust_pending(&word(index));
    E::robust_remove(word(index));
    word(index).word.store(0, relaxed);  // relaxed: as above
    E::robust_pending(nullptr);
  }

  // release, acquire: pair with each other; what came before the step is visible after it
  void step() const { shared().steps.fetch_add(1, std::memory_order_release); }
  [[nodiscard]] bool await_steps(std::uint32_t steps) const {
    return eventually([&] { return shared().steps.load(std::memory_order_acquire) == steps; });
  }

  /// A process that does this, and is killed when it has.
  template <class Body>
  void do_and_be_killed(Body body) {
    const std::uint32_t steps = shared().steps.load(relaxed);
    Child child([&] {
      move_away(1);
      body();
      step();
      for (;;) { pause(); }
      return 0;
    });
    ASSERT_TRUE(await_steps(steps + 1));
    child.kill();
    ASSERT_EQ(child.wait(), Child::killed);
  }

  Region region_ = Region::create({.kind = shm::RegionKind::memfd, .payload_bytes = sizeof(Shared)});
};

TEST_F(RobustListTest, IsThereOnThisSystem) {
  EXPECT_EQ(E::no_robust_list(), "");
}

TEST_F(RobustListTest, AWordOfTheDeadIsMarked) {
  do_and_be_killed([&] { take(); });
  EXPECT_EQ(value(), futex_owner_died);
}

/// Holder and waiter have the region at different addresses.
TEST_F(RobustListTest, AWaiterIsWokenAndTold) {
  Child holder([&] {
    move_away(1);
    take();
    step();
    for (;;) { pause(); }
    return 0;
  });
  ASSERT_TRUE(await_steps(1));
  Child waiter([&] {
    move_away(2);
    const std::uint32_t seen = word().word.fetch_or(futex_waiters, relaxed) | futex_waiters;
    step();
    while (value() == seen) { E::futex_wait(word().word, seen); }
    return value() == (futex_waiters | futex_owner_died) ? 0 : 1;
  });
  ASSERT_TRUE(await_steps(2));
  ASSERT_TRUE(eventually([&] { return waiter.is_asleep(); }));
  holder.kill();
  EXPECT_EQ(waiter.wait(), 0);
}

TEST_F(RobustListTest, ThePendingWordIsMarkedBeforeItIsLinked) {
  do_and_be_killed([&] {
    E::robust_pending(&word());
    word().word.store(E::thread_id(), relaxed);
  });
  EXPECT_EQ(value(), futex_owner_died);
}

TEST_F(RobustListTest, WhoDiesBeforeTheWakeHasASleeperWoken) {
  word().word.store(1, relaxed);
  Child waiter([&] {
    move_away(2);
    step();
    while (value() == 1) { E::futex_wait(word().word, 1); }
    return 0;
  });
  ASSERT_TRUE(await_steps(1));
  ASSERT_TRUE(eventually([&] { return waiter.is_asleep(); }));
  do_and_be_killed([&] {
    E::robust_pending(&word());
    word().word.store(0, relaxed);
  });
  EXPECT_EQ(waiter.wait(), 0);
}

/// Controls: the list is what does it.
TEST_F(RobustListTest, WhatIsNotOnTheListIsNotMarked) {
  do_and_be_killed([&] { word().word.store(E::thread_id(), relaxed); });
  EXPECT_EQ(value() & (futex_owner_died | futex_waiters), 0U);
  do_and_be_killed([&] {
    take();
    give();
    word().word.store(E::thread_id(), relaxed);
  });
  EXPECT_NE(value(), 0U);
  EXPECT_EQ(value() & futex_owner_died, 0U);
}

TEST_F(RobustListTest, WhatAnotherHoldsIsNotMarked) {
  take(1);
  do_and_be_killed([&] {
    take(0);
    E::robust_pending(&word(1));
  });
  EXPECT_EQ(value(0), futex_owner_died);
  EXPECT_EQ(value(1), E::thread_id());
  give(1);
}

/// Words and glibc's robust mutexes, inheriting ones too, taken and given in any order by one thread.
RC_GTEST_FIXTURE_PROP(RobustListTest, SharesTheListWithMutexes, ()) {
  const auto things = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange(0U, 6U));
  const std::size_t words = shared().words.size();
  for (E::RobustWord& each : shared().words) { each.word.store(0, relaxed); }
  for (std::size_t i = 0; i < shared().mutexes.size(); ++i) {
    shared().mutexes[i].create(Robustness::robust, i == 0 ? Inheritance::none : Inheritance::priority);
  }
  std::array<bool, 6> held{};
  for (const std::uint32_t thing : things) { held[thing] = !held[thing]; }
  do_and_be_killed([&] {
    std::array<bool, 6> has{};
    for (const std::uint32_t thing : things) {
      const bool is_word = thing < words;
      if (has[thing]) {
        is_word ? give(thing) : shared().mutexes[thing - words].unlock();
      } else if (is_word) {
        take(thing);
      } else {
        shared().mutexes[thing - words].lock();
      }
      has[thing] = !has[thing];
    }
  });
  for (std::size_t i = 0; i < words; ++i) { RC_ASSERT(value(i) == (held[i] ? futex_owner_died : 0U)); }
  for (std::size_t i = 0; i < shared().mutexes.size(); ++i) {
    RC_ASSERT(shared().mutexes[i].lock() == (held[words + i] ? Acquired::owner_died : Acquired::clean));
    if (held[words + i]) { shared().mutexes[i].make_consistent(); }
    shared().mutexes[i].unlock();
  }
}

/// A thread's list is its own, and ends with it.
TEST_F(RobustListTest, EveryThreadHasItsOwn) {
  take(0);
  std::atomic<bool> may_end{false};
  std::thread stays([&] {
    take(1);
    // acquire: pairs with the release below
    while (!may_end.load(std::memory_order_acquire)) { std::this_thread::yield(); }
    give(1);
  });
  std::thread([&] { take(2); }).join();
  EXPECT_TRUE(eventually([&] { return value(2) == futex_owner_died; }));
  EXPECT_NE(value(0), futex_owner_died);
  EXPECT_NE(value(1), futex_owner_died);
  may_end.store(true, std::memory_order_release);  // pairs with the acquire above
  stays.join();
  EXPECT_EQ(value(1), 0U);
  give(0);
}

TEST_F(RobustListTest, AChildBeginsWithNone) {
  take(0);
  do_and_be_killed([&] { take(1); });
  EXPECT_EQ(value(0), E::thread_id());
  EXPECT_EQ(value(1), futex_owner_died);
  give(0);
  take(0);
  give(0);
}

}  // namespace
}  // namespace shmlab::env
