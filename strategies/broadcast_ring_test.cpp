#include "strategies/broadcast_ring.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "env/native_env.hpp"
#include "strategies/testing/lanes.hpp"

namespace shmlab::strategies {
namespace {

using testing::message;
using Ring = broadcast_ring::BroadcastRing<env::NativeEnv>;

constexpr Config three{.participants = 3, .readers = 2, .capacity = 4};

TEST(BroadcastRing, EveryListenerHearsEveryMessageInOrder) {
  const testing::Object<Ring> object(three);
  Ring teller = object.attach(0);
  Ring one = object.attach(1);
  Ring other = object.attach(2);
  std::vector<std::byte> into(8);
  EXPECT_FALSE(one.try_hear(into));
  for (std::uint64_t round = 0; round < 20; round += 2) {
    ASSERT_TRUE(teller.try_tell(message(round, 8)));
    ASSERT_TRUE(teller.try_tell(message(round + 1, 8)));
    for (Ring* listener : {&one, &other}) {
      for (std::uint64_t i = round; i < round + 2; ++i) {
        ASSERT_TRUE(listener->try_hear(into));
        EXPECT_EQ(into, message(i, 8));
      }
      EXPECT_FALSE(listener->try_hear(into));
    }
  }
}

TEST(BroadcastRing, TheTellerWaitsForTheSlowest) {
  const testing::Object<Ring> object(three);
  Ring teller = object.attach(0);
  Ring fast = object.attach(1);
  Ring slow = object.attach(2);
  std::vector<std::byte> into(8);
  for (std::uint64_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(teller.try_tell(message(i, 8)));
    ASSERT_TRUE(fast.try_hear(into));
  }
  EXPECT_FALSE(teller.try_tell(message(4, 8)));
  ASSERT_TRUE(slow.try_hear(into));
  EXPECT_EQ(into, message(0, 8));
  EXPECT_TRUE(teller.try_tell(message(4, 8)));
  EXPECT_FALSE(teller.try_tell(message(5, 8)));
}

TEST(BroadcastRing, TheTellerWaitsForAListenerThatHasNotComeYet) {
  const testing::Object<Ring> object(three);
  Ring teller = object.attach(0);
  Ring one = object.attach(1);
  std::vector<std::byte> into(8);
  for (std::uint64_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(teller.try_tell(message(i, 8)));
    ASSERT_TRUE(one.try_hear(into));
  }
  EXPECT_FALSE(teller.try_tell(message(4, 8)));
  Ring late = object.attach(2);
  for (std::uint64_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(late.try_hear(into));
    EXPECT_EQ(into, message(i, 8));
  }
}

TEST(BroadcastRing, AnyParticipantMayBeTheTeller) {
  const testing::Object<Ring> object(three);
  std::vector<std::byte> into(8);
  for (std::uint64_t i = 0; i < 10; ++i) {
    ASSERT_TRUE(object.attach(2).try_tell(message(i, 8)));
    for (const std::uint32_t listener : {0U, 1U}) {
      ASSERT_TRUE(object.attach(listener).try_hear(into)) << "a successor goes on where the one before left";
      EXPECT_EQ(into, message(i, 8));
    }
  }
}

TEST(BroadcastRing, ComesRoundWhereverItsCountsStart) {
  for (std::uint64_t distance = 0; distance <= 6; ++distance) {
    Config config = three;
    config.first_sequence = 0 - distance;
    const testing::Object<Ring> object(config);
    Ring teller = object.attach(0);
    Ring one = object.attach(1);
    Ring other = object.attach(2);
    std::vector<std::byte> into(8);
    std::uint64_t told = 0;
    std::uint64_t heard = 0;
    for (int round = 0; round < 4; ++round) {
      while (teller.try_tell(message(told, 8))) { ++told; }
      EXPECT_EQ(told - heard, 4U);
      for (; heard < told; ++heard) {
        ASSERT_TRUE(one.try_hear(into));
        ASSERT_TRUE(other.try_hear(into));
        EXPECT_EQ(into, message(heard, 8));
      }
    }
  }
}

TEST(BroadcastRing, KeepsAStreamWholeForAllListeners) {
  constexpr std::uint64_t messages = 2000;
  for (const std::uint32_t bytes : {8U, 13U, 200U}) {
    testing::Trial<Ring> trial{.config = three, .bodies = {}};
    trial.config.payload_bytes = bytes;
    trial.bodies.emplace_back([bytes](Ring& ring, std::byte* /*own*/) {
      for (std::uint64_t i = 0; i < messages; ++i) { ring.tell(message(i, bytes)); }
      return true;
    });
    for (int listener = 0; listener < 2; ++listener) {
      trial.bodies.emplace_back([bytes](Ring& ring, std::byte* /*own*/) {
        std::vector<std::byte> into(bytes);
        bool right = true;
        for (std::uint64_t i = 0; i < messages; ++i) {
          ring.hear(into);
          right = into == message(i, bytes) && right;
        }
        return !ring.try_hear(into) && right;
      });
    }
    EXPECT_TRUE(holds(testing::Lane::threads, trial)) << bytes;
    EXPECT_TRUE(holds(testing::Lane::processes, trial)) << bytes;
  }
}

}  // namespace
}  // namespace shmlab::strategies
