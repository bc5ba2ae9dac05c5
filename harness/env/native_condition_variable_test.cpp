#include "env/native_condition_variable.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <vector>

#include "shm/mapping_address.hpp"
#include "shm/region.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::env {
namespace {

using shm::Region;
using shm::testing::Child;

/// All under the mutex.
struct Shared {
  NativePthreadMutex mutex;
  NativeConditionVariable condition;
  std::uint32_t waiting;
  std::uint32_t permits;
};

class ConditionBetweenProcesses : public ::testing::Test {
 protected:
  ConditionBetweenProcesses() {
    shared().mutex.create(Robustness::robust);
    shared().condition.create();
  }
  [[nodiscard]] Shared& shared() const { return *reinterpret_cast<Shared*>(region_.payload()); }
  void move_away(std::uint32_t participant) {
    shm::map_apart(participant, region_.mapped_bytes(), [&](void* address) { region_.relocate(address); });
  }
  /// Processes that wait for a permit each; all of them do when this returns.
  std::vector<Child> waiters(std::uint32_t count) {
    std::vector<Child> children;
    for (std::uint32_t i = 0; i < count; ++i) {
      children.emplace_back([this, i] {
        move_away(i);
        if (shared().mutex.lock() != Acquired::clean) { return 1; }
        ++shared().waiting;
        while (shared().permits == 0) {
          if (shared().condition.wait(shared().mutex) != Acquired::clean) { return 2; }
        }
        --shared().permits;
        shared().mutex.unlock();
        return 0;
      });
    }
    // Who has counted itself and given the mutex again waits for the condition.
    EXPECT_TRUE(shm::testing::eventually([&] { return under_mutex([&] { return shared().waiting == count; }); }));
    return children;
  }
  template <class Look>
  bool under_mutex(Look look) const {
    EXPECT_EQ(shared().mutex.lock(), Acquired::clean);
    const bool result = look();
    shared().mutex.unlock();
    return result;
  }
  Region region_ = Region::create({.kind = shm::RegionKind::memfd, .payload_bytes = sizeof(Shared)});
};

TEST_F(ConditionBetweenProcesses, ASignalWakesASleeper) {
  std::vector<Child> children = waiters(2);
  for (std::uint32_t i = 0; i < 2; ++i) {
    under_mutex([&] {
      ++shared().permits;
      shared().condition.signal();
      return true;
    });
  }
  for (Child& child : children) { EXPECT_EQ(child.wait(), 0); }
}

TEST_F(ConditionBetweenProcesses, ABroadcastWakesAll) {
  std::vector<Child> children = waiters(3);
  under_mutex([&] {
    shared().permits = 3;
    shared().condition.broadcast();
    return true;
  });
  for (Child& child : children) { EXPECT_EQ(child.wait(), 0); }
}

TEST_F(ConditionBetweenProcesses, GivesUpAtTheDeadlineWithTheMutexHeld) {
  ASSERT_EQ(shared().mutex.lock(), Acquired::clean);
  const Deadline deadline = Deadline::clock::now() + std::chrono::milliseconds(20);
  Waited waited;
  do { waited = shared().condition.wait_until(shared().mutex, deadline); } while (waited.in_time);
  EXPECT_GE(Deadline::clock::now(), deadline);
  EXPECT_EQ(waited.acquired, Acquired::clean);
  Child other([&] { return shared().mutex.try_lock() ? 1 : 0; });
  EXPECT_EQ(other.wait(), 0) << "it is held";
  shared().mutex.unlock();
  EXPECT_TRUE(under_mutex([] { return true; }));
}

TEST_F(ConditionBetweenProcesses, TellsWhoComesBackOfADeath) {
  Child waiter([this] {
    move_away(1);
    if (shared().mutex.lock() != Acquired::clean) { return 1; }
    ++shared().waiting;
    while (shared().permits == 0) {
      if (shared().condition.wait(shared().mutex) != Acquired::owner_died) { continue; }
      shared().mutex.make_consistent();
      shared().mutex.unlock();
      return shared().permits == 1 ? 0 : 2;
    }
    return 3;
  });
  ASSERT_TRUE(shm::testing::eventually([&] { return under_mutex([&] { return shared().waiting == 1; }); }));
  Child poster([this] {
    move_away(2);
    shared().mutex.lock();
    ++shared().permits;
    shared().condition.signal();
    _exit(0);
    return 0;
  });
  EXPECT_EQ(poster.wait(), 0);
  EXPECT_EQ(waiter.wait(), 0);
}

}  // namespace
}  // namespace shmlab::env
