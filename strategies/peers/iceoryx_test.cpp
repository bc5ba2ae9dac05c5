#include "strategies/peers/iceoryx.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "contract/config.hpp"
#include "contract/error.hpp"
#include "contract/face.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"
#include "contract/testing/object.hpp"
#include "env/iceoryx_daemon.hpp"
#include "env/iceoryx_segment.hpp"
#include "env/native_env.hpp"
#include "shm/run_names.hpp"
#include "shm/testing/child.hpp"
#include "strategies/testing/lanes.hpp"

namespace shmlab::strategies {
namespace {

using Channel = iceoryx::Iceoryx<env::NativeEnv>;
using shm::testing::Child;
using shmlab::testing::message;
using shmlab::testing::Object;
using testing::Lane;
using testing::Trial;

/// Whoever has a runtime is a child: a process keeps it, and those that it forks can have none.
class IceoryxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!Channel::unavailable().empty()) { GTEST_SKIP() << Channel::unavailable(); }
  }
  /// A child ends without its runtime's farewell.
  void TearDown() override { shm::sweep(shm::run_id()); }
};

Config alone(std::uint32_t bytes, std::uint32_t capacity) {
  return {.participants = 1, .payload_bytes = bytes, .capacity = capacity};
}

/// Copying, trying and in place by turns.
void send(Channel& channel, std::uint64_t number, std::uint32_t bytes) {
  const std::vector<std::byte> content = message(number, bytes);
  if (number % 3 == 0) { return channel.send(content); }
  if (number % 3 == 1) {
    for (Patience<env::NativeEnv> patience; !channel.try_send(content); patience.poll()) {}
    return;
  }
  std::span<std::byte> slot;
  for (Patience<env::NativeEnv> patience; (slot = channel.reserve()).empty(); patience.poll()) {}
  std::ranges::copy(content, slot.begin());
  channel.commit();
}

bool is_next(Channel& channel, std::uint64_t number, std::uint32_t bytes) {
  const std::vector<std::byte> due = message(number, bytes);
  if (number % 2 == 0) {
    std::vector<std::byte> got(bytes);
    channel.receive(got);
    return got == due;
  }
  std::span<const std::byte> front;
  for (Patience<env::NativeEnv> patience; (front = channel.front()).empty(); patience.poll()) {}
  const bool is_due = std::ranges::equal(front, due);
  channel.release();
  return is_due;
}

Trial<Channel> streaming(std::uint32_t bytes, std::uint32_t capacity) {
  constexpr std::uint64_t messages = 3000;
  Trial<Channel> trial{.config = {.payload_bytes = bytes, .capacity = capacity}, .bodies = {}};
  trial.bodies.emplace_back([bytes](Channel& channel, std::byte* /*own*/) {
    for (std::uint64_t i = 1; i <= messages; ++i) { send(channel, i, bytes); }
    return true;
  });
  trial.bodies.emplace_back([bytes](Channel& channel, std::byte* /*own*/) {
    bool right = true;
    for (std::uint64_t i = 1; i <= messages; ++i) { right = is_next(channel, i, bytes) && right; }
    return right;
  });
  return trial;
}

TEST_F(IceoryxTest, StreamsInOrderBetweenProcesses) {
  for (const std::uint32_t bytes : {8U, 64U, 65U, 5000U}) {
    for (const std::uint32_t capacity : {1U, 16U}) {
      EXPECT_TRUE(testing::holds(Lane::processes, streaming(bytes, capacity))) << bytes << " bytes, " << capacity;
    }
  }
}

TEST_F(IceoryxTest, StreamsInOrderBetweenThreads) {
  Child child([] { return testing::holds(Lane::threads, streaming(64, 16)) ? EXIT_SUCCESS : EXIT_FAILURE; });
  EXPECT_EQ(child.wait(), EXIT_SUCCESS);
}

/// How many messages fit; 0: they came out otherwise than they went in.
std::uint64_t room(std::uint32_t bytes, std::uint32_t capacity) {
  const Object<Channel> object(alone(bytes, capacity));
  Channel channel = object.attach();
  std::uint64_t held = 0;
  while (held <= capacity && channel.try_send(message(held + 1, bytes))) { ++held; }
  if (!channel.reserve().empty()) { return 0; }
  std::vector<std::byte> got(bytes);
  for (std::uint64_t i = 1; i <= held; ++i) {
    if (!channel.try_receive(got) || got != message(i, bytes)) { return 0; }
  }
  return channel.try_receive(got) || !channel.front().empty() ? 0 : held;
}

TEST_F(IceoryxTest, IsFullWhenItHoldsItsCapacity) {
  env::need_iceoryx_daemon();
  Child child([] {
    const bool holds =
        std::ranges::all_of(std::vector{1U, 2U, 63U, 256U}, [](std::uint32_t count) { return room(8, count) == count; });
    return holds && room(1'048'576, 4) == 4 ? EXIT_SUCCESS : EXIT_FAILURE;
  });
  EXPECT_EQ(child.wait(), EXIT_SUCCESS);
}

/// One runtime a process: its child cannot have another, and says so instead of hanging.
TEST_F(IceoryxTest, RefusesAForkOfItsProcess) {
  env::need_iceoryx_daemon();
  Child parent([] {
    const Object<Channel> object(alone(8, 1));
    const Channel channel = object.attach();
    Child child([&object]() -> int {
      try {
        static_cast<void>(object.attach());
      } catch (const Unavailable&) { return EXIT_SUCCESS; }
      return EXIT_FAILURE;
    });
    return child.wait();
  });
  EXPECT_EQ(parent.wait(), EXIT_SUCCESS);
}

TEST(IceoryxRowTest, HasItsFaceAndLimits) {
  EXPECT_TRUE(shmlab::Channel<Channel>);
  EXPECT_TRUE(Strategy<Channel>);
  EXPECT_EQ(Channel::descriptor.limits.capacity, 256U);
}

TEST(IceoryxRowTest, RefusesWhatItsDaemonHasNoMemoryFor) {
  const std::uint32_t largest = env::iceoryx_pools.back().bytes;
  EXPECT_EQ(Channel::refuses({.payload_bytes = largest, .capacity = 4}), "");
  EXPECT_EQ(Channel::refuses({.payload_bytes = largest + 1, .capacity = 1}),
            "messages have at most 1048576 bytes, the case has 1048577");
  EXPECT_EQ(Channel::refuses({.payload_bytes = largest, .capacity = 256}),
            "the daemon's memory has 16 messages of 1048576 bytes, the case may need 518");
  for (const std::uint32_t bytes : {1U, 8U, 64U, 65U, 1024U, 4096U}) {
    EXPECT_EQ(Channel::refuses({.payload_bytes = bytes, .capacity = 256}), "") << bytes;
  }
}

}  // namespace
}  // namespace shmlab::strategies
