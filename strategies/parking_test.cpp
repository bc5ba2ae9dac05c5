#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <thread>
#include <vector>

#include "env/native_env.hpp"
#include "shm/testing/child.hpp"
#include "strategies/bounded_buffer_futex_mutex_eventcount.hpp"
#include "strategies/mpmc_ring_blocking.hpp"
#include "strategies/parts/common_cpu.hpp"
#include "strategies/spsc_ring_blocking.hpp"
#include "strategies/testing/lanes.hpp"
#include "strategies/testing/recording_env.hpp"

namespace shmlab::strategies {
namespace {

using testing::message;
using testing::RecordingEnv;

/// NativeEnv whose participants are bound as the test says; counts pauses and sleeps.
struct BoundEnv : env::NativeEnv {
  static inline std::optional<std::uint32_t> bound_to{};
  static inline std::atomic<int> pauses{0};
  static inline std::atomic<int> sleeps{0};

  static std::optional<std::uint32_t> only_cpu() { return bound_to; }
  static void pause() {
    ++pauses;
    NativeEnv::pause();
  }
  static void futex_wait(const Atomic<std::uint32_t>& word, std::uint32_t expected, FutexScope scope = FutexScope::shared) {
    ++sleeps;
    NativeEnv::futex_wait(word, expected, scope);
  }
  static void reset() {
    bound_to = std::nullopt;
    pauses = 0;
    sleeps = 0;
  }
};

TEST(CommonCpu, IsSharedWhileAllAreBoundToTheSame) {
  BoundEnv::reset();
  CommonCpu<BoundEnv> cpu;
  EXPECT_FALSE(cpu.is_shared());
  BoundEnv::bound_to = 0;
  cpu.attach();
  cpu.attach();
  EXPECT_TRUE(cpu.is_shared());
  BoundEnv::bound_to = 1;
  cpu.attach();
  EXPECT_FALSE(cpu.is_shared());
  cpu.attach();
  EXPECT_FALSE(cpu.is_shared()) << "the first ones are elsewhere still";
}

TEST(CommonCpu, IsNotSharedBySomebodyWhoIsNotBound) {
  BoundEnv::reset();
  CommonCpu<BoundEnv> cpu;
  cpu.attach();
  EXPECT_FALSE(cpu.is_shared());
  BoundEnv::bound_to = 0;
  cpu.attach();
  EXPECT_FALSE(cpu.is_shared());
}

TEST(CommonCpu, TheOnlyCpuIsTheOneThatTheThreadIsBoundTo) {
  std::thread([] {
    cpu_set_t before;
    ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
    for (std::uint32_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (!CPU_ISSET(cpu, &before)) { continue; }
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(cpu, &one);
      ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
      EXPECT_EQ(env::NativeEnv::only_cpu(), std::optional(cpu));
    }
    ASSERT_EQ(sched_setaffinity(0, sizeof before, &before), 0);
    EXPECT_EQ(env::NativeEnv::only_cpu().has_value(), CPU_COUNT(&before) == 1);
  }).join();
}

template <class S>
class BoundChannelTest : public ::testing::Test {};
using Blocking = ::testing::Types<spsc_ring_blocking::SpscRingBlocking<BoundEnv>, mpmc_ring_blocking::MpmcRingBlocking<BoundEnv>>;
TYPED_TEST_SUITE(BoundChannelTest, Blocking);

/// A consumer waits until it sleeps, and then gets a message.
template <class S>
void receive_asleep(std::optional<std::uint32_t> bound_to) {
  BoundEnv::reset();
  BoundEnv::bound_to = bound_to;
  const testing::Object<S> object({.capacity = 2});
  S producer = object.attach(0);
  std::vector<std::byte> into(8);
  std::thread consumer([&] { object.attach(1).receive(into); });
  EXPECT_TRUE(shm::testing::eventually([] { return BoundEnv::sleeps > 0; }));
  producer.send(message(7, 8));
  consumer.join();
  EXPECT_EQ(into, message(7, 8));
}

TYPED_TEST(BoundChannelTest, SleepsAtOnceWhereAllAreBoundToOneCpu) {
  receive_asleep<TypeParam>(0);
  EXPECT_EQ(BoundEnv::pauses, 0);
}
TYPED_TEST(BoundChannelTest, PollsFirstWhereTheyAreNot) {
  receive_asleep<TypeParam>(std::nullopt);
  EXPECT_GT(BoundEnv::pauses, 0);
}

TEST(SpscRingBlocking, PollsNotEachTimeWhenItWasInVain) {
  BoundEnv::reset();
  const testing::Object<spsc_ring_blocking::SpscRingBlocking<BoundEnv>> object({.capacity = 2});
  auto producer = object.attach(0);
  std::atomic<int> received{0};
  std::atomic<int> pauses_of_second{-1};
  std::thread consumer([&] {
    auto own = object.attach(1);
    std::vector<std::byte> into(8);
    own.receive(into);
    ++received;
    const int before = BoundEnv::pauses;
    own.receive(into);
    pauses_of_second = BoundEnv::pauses - before;
  });
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(shm::testing::eventually([&] { return received == i && BoundEnv::sleeps > i; }));
    producer.send(message(7, 8));
  }
  consumer.join();
  EXPECT_EQ(pauses_of_second, 0);
}

template <class S>
class SleepingChannelTest : public ::testing::Test {
 protected:
  void SetUp() override { RecordingEnv::reset(); }
};

using Sleeping = ::testing::Types<mpmc_ring_blocking::MpmcRingBlocking<RecordingEnv>,
                                  bounded_buffer_futex_mutex_eventcount::BoundedBufferFutexMutexEventcount<RecordingEnv>>;
TYPED_TEST_SUITE(SleepingChannelTest, Sleeping);

TYPED_TEST(SleepingChannelTest, MakesNoSystemCallWhileNobodySleeps) {
  const testing::Object<TypeParam> object({.capacity = 2});
  TypeParam queue = object.attach();
  std::vector<std::byte> into(8);
  for (std::uint64_t i = 0; i < 10; ++i) {
    queue.send(message(i, 8));
    queue.receive(into);
    EXPECT_EQ(into, message(i, 8));
  }
  EXPECT_EQ(RecordingEnv::waits, 0);
  EXPECT_EQ(RecordingEnv::wakes, 0);
}

TYPED_TEST(SleepingChannelTest, WakesAConsumerThatSleepsAndNobodyAfterwards) {
  const testing::Object<TypeParam> object({.capacity = 2});
  TypeParam producer = object.attach(0);
  std::vector<std::byte> into(8);
  std::thread consumer([&] { object.attach(1).receive(into); });
  EXPECT_TRUE(shm::testing::eventually([] { return RecordingEnv::waits > 0; }));
  producer.send(message(1, 8));
  consumer.join();
  EXPECT_EQ(into, message(1, 8));
  producer.send(message(2, 8));
  EXPECT_EQ(RecordingEnv::wakes, 1);
}

TYPED_TEST(SleepingChannelTest, WakesAProducerThatSleeps) {
  const testing::Object<TypeParam> object({.capacity = 2});
  TypeParam consumer = object.attach(1);
  std::vector<std::byte> into(8);
  object.attach(0).send(message(1, 8));
  object.attach(0).send(message(2, 8));
  std::thread producer([&] { object.attach(0).send(message(3, 8)); });
  EXPECT_TRUE(shm::testing::eventually([] { return RecordingEnv::waits > 0; }));
  for (std::uint64_t i = 1; i <= 3; ++i) {
    consumer.receive(into);
    EXPECT_EQ(into, message(i, 8));
  }
  producer.join();
}

TYPED_TEST(SleepingChannelTest, LosesNoWakeAmongSeveralOnBothSides) {
  constexpr std::uint64_t each = 3000;
  testing::Trial<TypeParam> trial{.config = {.participants = 4, .writers = 2, .readers = 2, .capacity = 2}, .bodies = {}};
  for (int i = 0; i < 2; ++i) {
    trial.bodies.emplace_back([](TypeParam& queue, std::byte* /*own*/) {
      for (std::uint64_t k = 0; k < each; ++k) { queue.send(message(k, 8)); }
      return true;
    });
  }
  for (int i = 0; i < 2; ++i) {
    trial.bodies.emplace_back([](TypeParam& queue, std::byte* /*own*/) {
      std::vector<std::byte> into(8);
      for (std::uint64_t k = 0; k < each; ++k) { queue.receive(into); }
      return true;
    });
  }
  EXPECT_TRUE(holds(testing::Lane::threads, trial));
  EXPECT_GT(RecordingEnv::waits, 0) << "nobody ever slept: nothing was tried";
  EXPECT_TRUE(holds(testing::Lane::processes, trial));
}

}  // namespace
}  // namespace shmlab::strategies
