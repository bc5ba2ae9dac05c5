#include "env/native_pthread_mutex.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <system_error>
#include <vector>

#include "shm/mapping_address.hpp"
#include "shm/region.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::env {
namespace {

using shm::Region;
using shm::testing::Child;

struct Shared {
  NativePthreadMutex mutex;
  std::uint64_t counter;
  std::atomic<std::uint32_t> is_waiting;
};

class MutexBetweenProcesses : public ::testing::Test {
 protected:
  [[nodiscard]] Shared& shared() const { return *reinterpret_cast<Shared*>(region_.payload()); }
  void move_away(std::uint32_t participant) {
    shm::map_apart(participant, region_.mapped_bytes(), [&](void* address) { region_.relocate(address); });
  }
  /// Somebody takes the lock and dies with it.
  void lose_a_holder() {
    Child holder([&] {
      shared().mutex.lock();
      _exit(0);
      return 0;
    });
    EXPECT_EQ(holder.wait(), 0);
  }
  Region region_ = Region::create({.kind = shm::RegionKind::anonymous, .payload_bytes = sizeof(Shared)});
};

struct MutexKind {
  const char* name;
  Robustness robustness;
  Inheritance inheritance = Inheritance::none;
  Contention contention = Contention::sleeps;
};
constexpr MutexKind kinds[] = {{"stalled", Robustness::stalled},
                               {"robust", Robustness::robust},
                               {"inheriting", Robustness::stalled, Inheritance::priority},
                               {"robust_inheriting", Robustness::robust, Inheritance::priority},
                               {"adaptive", Robustness::stalled, Inheritance::none, Contention::spins_first}};

class MutexOfAnyKind : public MutexBetweenProcesses, public ::testing::WithParamInterface<MutexKind> {
 protected:
  void create() { shared().mutex.create(GetParam().robustness, GetParam().inheritance, GetParam().contention); }
};
INSTANTIATE_TEST_SUITE_P(Kinds, MutexOfAnyKind, ::testing::ValuesIn(kinds),
                         [](const auto& instance) { return instance.param.name; });
class RobustMutex : public MutexOfAnyKind {};
INSTANTIATE_TEST_SUITE_P(Kinds, RobustMutex, ::testing::Values(kinds[1], kinds[3]),
                         [](const auto& instance) { return instance.param.name; });

TEST_P(MutexOfAnyKind, excludes_other_processes) {
  create();
  constexpr std::uint32_t participants = 3;
  constexpr std::uint64_t rounds = 20'000;
  std::vector<Child> children;
  for (std::uint32_t participant = 0; participant < participants; ++participant) {
    children.emplace_back([this, participant] {
      move_away(participant);
      for (std::uint64_t round = 0; round < rounds; ++round) {
        if (shared().mutex.lock() != Acquired::clean) { return 1; }
        ++shared().counter;
        shared().mutex.unlock();
      }
      return 0;
    });
  }
  for (Child& child : children) { EXPECT_EQ(child.wait(), 0); }
  EXPECT_EQ(shared().counter, participants * rounds);
}

TEST_P(MutexOfAnyKind, wakes_a_sleeper_in_another_process) {
  create();
  ASSERT_EQ(shared().mutex.lock(), Acquired::clean);
  Child waiter([this] {
    move_away(1);
    shared().is_waiting.store(1, std::memory_order_release);  // pairs with the acquire below
    return shared().mutex.lock() == Acquired::clean ? 0 : 1;
  });
  // acquire: pairs with the release in the child, which goes for the lock next
  ASSERT_TRUE(
      shm::testing::eventually([&] { return shared().is_waiting.load(std::memory_order_acquire) == 1 && waiter.is_asleep(); }));
  shared().mutex.unlock();
  EXPECT_EQ(waiter.wait(), 0);
}

TEST_P(RobustMutex, tells_the_next_holder_of_a_death_and_can_be_repaired) {
  create();
  lose_a_holder();
  EXPECT_EQ(shared().mutex.lock(), Acquired::owner_died);
  shared().mutex.make_consistent();
  shared().mutex.unlock();
  EXPECT_EQ(shared().mutex.lock(), Acquired::clean);
  shared().mutex.unlock();
}

TEST_F(MutexBetweenProcesses, robust_that_is_not_repaired_is_lost_for_good) {
  shared().mutex.create(Robustness::robust);
  lose_a_holder();
  EXPECT_EQ(shared().mutex.lock(), Acquired::owner_died);
  shared().mutex.unlock();
  EXPECT_EQ(shared().mutex.lock(), Acquired::not_recoverable);
}

TEST_F(MutexBetweenProcesses, stalled_blocks_those_who_come_after_a_death) {
  shared().mutex.create(Robustness::stalled);
  lose_a_holder();
  Child waiter([&] {
    shared().is_waiting.store(1, std::memory_order_release);  // pairs with the acquire below
    shared().mutex.lock();
    return 0;
  });
  // acquire: pairs with the release in the child, which goes for the lock next
  ASSERT_TRUE(shm::testing::eventually([&] { return shared().is_waiting.load(std::memory_order_acquire) == 1; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(waiter.is_running());
}

TEST_F(MutexBetweenProcesses, repairing_a_mutex_that_needs_none_is_an_error) {
  shared().mutex.create(Robustness::robust);
  EXPECT_THROW(shared().mutex.make_consistent(), std::system_error);
}

TEST_F(MutexBetweenProcesses, gives_up_at_the_deadline_and_not_before) {
  for (const MutexKind& kind : kinds) {
    shared().mutex.create(kind.robustness, kind.inheritance, kind.contention);
    EXPECT_EQ(shared().mutex.lock_until(Deadline{}), Acquired::clean) << "it is free";
    Child other([&] {
      const Deadline deadline = Deadline::clock::now() + std::chrono::milliseconds(20);
      return !shared().mutex.lock_until(deadline) && Deadline::clock::now() >= deadline ? 0 : 1;
    });
    EXPECT_EQ(other.wait(), 0);
    shared().mutex.unlock();
    EXPECT_EQ(shared().mutex.lock_until(Deadline::max()), Acquired::clean) << "who gave up has left nothing behind";
    shared().mutex.unlock();
  }
}

TEST_F(MutexBetweenProcesses, tells_of_a_death_within_the_time) {
  shared().mutex.create(Robustness::robust);
  lose_a_holder();
  EXPECT_EQ(shared().mutex.lock_until(Deadline::max()), Acquired::owner_died);
  shared().mutex.make_consistent();
  shared().mutex.unlock();
}

}  // namespace
}  // namespace shmlab::env
