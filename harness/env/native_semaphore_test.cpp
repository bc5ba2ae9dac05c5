#include "env/native_semaphore.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <limits>
#include <system_error>
#include <thread>

#include "shm/mapping_address.hpp"
#include "shm/region.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::env {
namespace {

using shm::Region;
using shm::testing::Child;

struct Shared {
  NativeSemaphore there;
  NativeSemaphore back;
  std::uint64_t value;
  std::atomic<std::uint32_t> is_ready;
};

class SemaphoreBetweenProcesses : public ::testing::Test {
 protected:
  SemaphoreBetweenProcesses() {
    shared().there.create(0);
    shared().back.create(0);
  }
  [[nodiscard]] Shared& shared() const { return *reinterpret_cast<Shared*>(region_.payload()); }
  void move_away() {
    shm::map_apart(1, region_.mapped_bytes(), [&](void* address) { region_.relocate(address); });
  }
  Region region_ = Region::create({.kind = shm::RegionKind::anonymous, .payload_bytes = sizeof(Shared)});
};

TEST_F(SemaphoreBetweenProcesses, hands_over_in_strict_alternation) {
  constexpr std::uint64_t rounds = 2000;
  Child second([&] {
    move_away();
    for (std::uint64_t round = 0; round < rounds; ++round) {
      shared().there.wait();
      if (shared().value != 2 * round + 1) { return 1; }
      ++shared().value;
      shared().back.post();
    }
    return 0;
  });
  Child first([&] {
    for (std::uint64_t round = 0; round < rounds; ++round) {
      ++shared().value;
      shared().there.post();
      shared().back.wait();
      if (shared().value != 2 * round + 2) { return 1; }
    }
    return 0;
  });
  EXPECT_EQ(first.wait(), 0);
  EXPECT_EQ(second.wait(), 0);
}

TEST_F(SemaphoreBetweenProcesses, starts_with_the_permits_it_was_given) {
  NativeSemaphore& semaphore = shared().there;
  semaphore.create(3);
  for (int permit = 0; permit < 3; ++permit) { semaphore.wait(); }
  Child waiter([&] {
    semaphore.wait();
    return 0;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(waiter.is_running()) << "there was a fourth permit";
  semaphore.post();
  EXPECT_EQ(waiter.wait(), 0);
}

TEST_F(SemaphoreBetweenProcesses, goes_on_waiting_after_a_signal) {
  Child waiter([&] {
    struct sigaction action{};
    action.sa_handler = [](int) {};
    sigaction(SIGUSR1, &action, nullptr);
    shared().is_ready.store(1, std::memory_order_release);  // pairs with the acquire below
    shared().there.wait();
    return 0;
  });
  // acquire: pairs with the release in the child: its handler is in place
  ASSERT_TRUE(shm::testing::eventually([&] { return shared().is_ready.load(std::memory_order_acquire) == 1; }));
  for (int i = 0; i < 20; ++i) {
    waiter.signal(SIGUSR1);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_TRUE(waiter.is_running());
  shared().there.post();
  EXPECT_EQ(waiter.wait(), 0);
}

TEST_F(SemaphoreBetweenProcesses, refuses_too_many_permits) {
  EXPECT_THROW(shared().there.create(std::numeric_limits<std::uint32_t>::max()), std::system_error);
  shared().there.create(SEM_VALUE_MAX);
  EXPECT_THROW(shared().there.post(), std::system_error);
}

TEST_F(SemaphoreBetweenProcesses, gives_up_at_the_deadline_and_not_before) {
  const Deadline deadline = Deadline::clock::now() + std::chrono::milliseconds(20);
  EXPECT_FALSE(shared().there.wait_until(deadline));
  EXPECT_GE(Deadline::clock::now(), deadline);
  EXPECT_FALSE(shared().there.wait_until(Deadline{})) << "a moment that has passed";
  shared().there.post();
  EXPECT_TRUE(shared().there.wait_until(Deadline{})) << "there is a permit";
  EXPECT_FALSE(shared().there.wait_until(Deadline{})) << "and only one";
}

TEST_F(SemaphoreBetweenProcesses, goes_on_to_its_deadline_after_a_signal) {
  Child waiter([&] {
    struct sigaction action{};
    action.sa_handler = [](int) {};
    sigaction(SIGUSR1, &action, nullptr);
    const Deadline deadline = Deadline::clock::now() + std::chrono::milliseconds(100);
    shared().is_ready.store(1, std::memory_order_release);  // pairs with the acquire below
    return !shared().there.wait_until(deadline) && Deadline::clock::now() >= deadline ? 0 : 1;
  });
  // acquire: pairs with the release in the child: its handler is in place
  ASSERT_TRUE(shm::testing::eventually([&] { return shared().is_ready.load(std::memory_order_acquire) == 1; }));
  for (int i = 0; i < 20; ++i) {
    waiter.signal(SIGUSR1);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(waiter.wait(), 0);
}

TEST_F(SemaphoreBetweenProcesses, wakes_who_would_have_given_up_later) {
  Child waiter([&] { return shared().there.wait_until(Deadline::max()) ? 0 : 1; });
  shared().there.post();
  EXPECT_EQ(waiter.wait(), 0);
}

}  // namespace
}  // namespace shmlab::env
