#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "contract/face.hpp"
#include "env/native_env.hpp"
#include "strategies/spsc_ring_batch.hpp"
#include "strategies/spsc_ring_bulk.hpp"
#include "strategies/spsc_ring_lazy.hpp"
#include "strategies/spsc_ring_slot_sequence.hpp"
#include "strategies/testing/lanes.hpp"

namespace shmlab::strategies {
namespace {

using E = env::NativeEnv;
using testing::message;
using Lazy = spsc_ring_lazy::SpscRingLazy<E>;
using Batch = spsc_ring_batch::SpscRingBatch<E>;
using Bulk = spsc_ring_bulk::SpscRingBulk<E>;
using SlotSequence = spsc_ring_slot_sequence::SpscRingSlotSequence<E>;

template <class S>
class LaggingRingTest : public ::testing::Test {};
using Rings = ::testing::Types<Lazy, Batch, Bulk, SlotSequence>;
TYPED_TEST_SUITE(LaggingRingTest, Rings);

TYPED_TEST(LaggingRingTest, HasRoomForItsCapacityWhateverTheConsumerOwes) {
  for (const std::uint32_t capacity : {1U, 2U, 3U, 8U, 100U, 1500U}) {
    for (std::uint32_t taken = 0; taken <= 2 * capacity; taken += 1 + capacity / 7) {
      const testing::Object<TypeParam> object({.capacity = capacity});
      TypeParam producer = object.attach(0);
      TypeParam consumer = object.attach(1);
      std::vector<std::byte> into(8);
      for (std::uint32_t i = 0; i < taken; ++i) {
        ASSERT_TRUE(producer.try_send(message(i, 8)));
        flush(producer);
        ASSERT_TRUE(consumer.try_receive(into));
      }
      for (std::uint32_t i = 0; i < capacity; ++i) { ASSERT_TRUE(producer.try_send(message(i, 8))) << capacity << " " << taken; }
      flush(producer);
      for (std::uint32_t i = 0; i < capacity; ++i) {
        ASSERT_TRUE(consumer.try_receive(into));
        ASSERT_EQ(into, message(i, 8));
      }
    }
  }
}

TYPED_TEST(LaggingRingTest, GivesAllBackWhenItIsFoundEmpty) {
  for (const std::uint32_t capacity : {1U, 5U, 64U}) {
    const testing::Object<TypeParam> object({.capacity = capacity});
    TypeParam producer = object.attach(0);
    TypeParam consumer = object.attach(1);
    std::vector<std::byte> into(8);
    std::uint32_t room = 0;
    while (producer.try_send(message(room, 8))) { ++room; }
    for (int round = 0; round < 5; ++round) {
      while (consumer.try_receive(into)) {}
      for (std::uint32_t i = 0; i < room; ++i) { ASSERT_TRUE(producer.try_send(message(i, 8))) << capacity; }
      ASSERT_FALSE(producer.try_send(message(0, 8)));
    }
  }
}

TYPED_TEST(LaggingRingTest, ASuccessorGetsNoMessageTwiceAndPaysWhatWasOwed) {
  const testing::Object<TypeParam> object({.capacity = 8});
  TypeParam producer = object.attach(0);
  std::vector<std::byte> into(8);
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  while (received < 100) {
    while (sent - received < 8) { ASSERT_TRUE(producer.try_send(message(++sent, 8))); }
    flush(producer);
    TypeParam consumer = object.attach(1);  // one after the other, each for a single message
    ASSERT_TRUE(consumer.try_receive(into));
    ASSERT_EQ(into, message(++received, 8));
  }
}

TYPED_TEST(LaggingRingTest, AProducersSuccessorGoesOnBehindItsMessages) {
  const testing::Object<TypeParam> object({.capacity = 4});
  TypeParam consumer = object.attach(1);
  std::vector<std::byte> into(8);
  for (std::uint64_t i = 0; i < 50; i += 3) {
    for (std::uint64_t k = i; k < i + 3; ++k) {
      TypeParam producer = object.attach(0);
      ASSERT_TRUE(producer.try_send(message(k, 8)));
      flush(producer);
    }
    for (std::uint64_t k = i; k < i + 3; ++k) {
      ASSERT_TRUE(consumer.try_receive(into));
      ASSERT_EQ(into, message(k, 8));
    }
  }
}

TYPED_TEST(LaggingRingTest, ComesRoundWhereverItsCountsStart) {
  for (std::uint64_t distance = 0; distance <= 8; ++distance) {
    for (const std::uint64_t end : {std::uint64_t{1} << 32U, std::uint64_t{1} << 63U, std::uint64_t{0}}) {
      const testing::Object<TypeParam> object({.capacity = 3, .first_sequence = end - distance});
      TypeParam producer = object.attach(0);
      TypeParam consumer = object.attach(1);
      std::vector<std::byte> into(8);
      std::uint64_t sent = 0;
      std::uint64_t received = 0;
      for (int round = 0; round < 6; ++round) {
        while (producer.try_send(message(sent, 8))) { ++sent; }
        while (consumer.try_receive(into)) { EXPECT_EQ(into, message(received++, 8)); }
        EXPECT_EQ(received, sent);
      }
    }
  }
}

TEST(SpscRingBatch, HoldsMessagesBackUntilItIsFlushed) {
  const testing::Object<Batch> object({.capacity = 1024});
  Batch producer = object.attach(0);
  Batch consumer = object.attach(1);
  std::vector<std::byte> into(8);
  for (std::uint64_t i = 0; i < 63; ++i) {
    producer.send(message(i, 8));
    EXPECT_FALSE(consumer.try_receive(into));
  }
  producer.flush();
  for (std::uint64_t i = 0; i < 63; ++i) {
    ASSERT_TRUE(consumer.try_receive(into));
    EXPECT_EQ(into, message(i, 8));
  }
  EXPECT_FALSE(consumer.try_receive(into));
  producer.flush();
  EXPECT_FALSE(consumer.try_receive(into)) << "there was nothing to hand over";
}

TEST(SpscRingBatch, PublishesAFullBatchByItself) {
  const testing::Object<Batch> object({.capacity = 1024});
  Batch producer = object.attach(0);
  Batch consumer = object.attach(1);
  std::vector<std::byte> into(8);
  for (std::uint64_t i = 0; i < 64; ++i) { producer.send(message(i, 8)); }
  for (std::uint64_t i = 0; i < 64; ++i) { EXPECT_TRUE(consumer.try_receive(into)); }
  EXPECT_FALSE(consumer.try_receive(into));
}

TEST(SpscRingBatch, HandsOverWhatItHoldsBackWhenThereIsNoRoom) {
  const testing::Object<Batch> object({.capacity = 3});
  Batch producer = object.attach(0);
  Batch consumer = object.attach(1);
  std::vector<std::byte> into(8);
  std::uint64_t sent = 0;
  while (producer.try_send(message(sent, 8))) { ++sent; }
  for (std::uint64_t i = 0; i < sent; ++i) {
    ASSERT_TRUE(consumer.try_receive(into)) << i;
    EXPECT_EQ(into, message(i, 8));
  }
}

TEST(SpscRingBatch, WhatWasHeldBackGoesWithItsProducer) {
  const testing::Object<Batch> object({.capacity = 64});
  { object.attach(0).send(message(1, 8)); }
  Batch successor = object.attach(0);
  successor.send(message(2, 8));
  successor.flush();
  std::vector<std::byte> into(8);
  Batch consumer = object.attach(1);
  ASSERT_TRUE(consumer.try_receive(into));
  EXPECT_EQ(into, message(2, 8));
}

/// Numbered messages one behind the other.
std::vector<std::byte> run_of(std::uint64_t first, std::uint64_t count, std::uint32_t bytes) {
  std::vector<std::byte> run;
  for (std::uint64_t i = first; i < first + count; ++i) {
    const std::vector<std::byte> one = message(i, bytes);
    run.insert(run.end(), one.begin(), one.end());
  }
  return run;
}

TEST(SpscRingBulk, MovesWhatThereIsRoomForAcrossTheEnd) {
  for (const std::uint32_t bytes : {1U, 8U, 12U, 64U, 100U}) {
    const testing::Object<Bulk> object({.payload_bytes = bytes, .capacity = 7});
    Bulk producer = object.attach(0);
    Bulk consumer = object.attach(1);
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    for (std::uint64_t round = 0; round < 60; ++round) {
      const std::uint64_t wanted = 1 + round % 11;
      const std::size_t accepted = producer.send_bulk(run_of(sent, wanted, bytes));
      const std::uint64_t promised = 7 - std::min<std::uint64_t>(7, sent - received);
      EXPECT_GE(accepted, std::min(wanted, promised)) << "room for its capacity";
      EXPECT_LE(accepted, wanted);
      sent += accepted;
      std::vector<std::byte> into((1 + round % 5) * bytes);
      const std::size_t taken = consumer.receive_bulk(into);
      EXPECT_EQ(taken, std::min<std::uint64_t>(1 + round % 5, sent - received));
      into.resize(taken * bytes);
      EXPECT_EQ(into, run_of(received, taken, bytes)) << bytes;
      received += taken;
    }
    EXPECT_GT(received, 60U) << "the ring came round several times";
  }
}

TEST(SpscRingBulk, SaysThatItIsFullOrEmpty) {
  const testing::Object<Bulk> object({.capacity = 4});
  Bulk producer = object.attach(0);
  Bulk consumer = object.attach(1);
  std::vector<std::byte> into(std::size_t{8} * 64);
  EXPECT_EQ(consumer.receive_bulk(into), 0U);
  const std::size_t room = producer.send_bulk(run_of(0, 64, 8));
  EXPECT_GE(room, 4U);
  EXPECT_LT(room, 64U);
  EXPECT_EQ(producer.send_bulk(run_of(0, 1, 8)), 0U);
  EXPECT_EQ(consumer.receive_bulk(into), room);
  EXPECT_EQ(consumer.receive_bulk(into), 0U);
}

TEST(SpscRingBulk, MixesWithTheCallsForOneMessage) {
  const testing::Object<Bulk> object({.capacity = 5});
  Bulk producer = object.attach(0);
  Bulk consumer = object.attach(1);
  std::vector<std::byte> one(8);
  std::vector<std::byte> two(16);
  for (std::uint64_t i = 0; i < 40; i += 4) {
    ASSERT_EQ(producer.send_bulk(run_of(i, 3, 8)), 3U);
    ASSERT_TRUE(producer.try_send(message(i + 3, 8)));
    ASSERT_TRUE(consumer.try_receive(one));
    EXPECT_EQ(one, message(i, 8));
    ASSERT_EQ(consumer.receive_bulk(two), 2U);
    EXPECT_EQ(two, run_of(i + 1, 2, 8));
    ASSERT_FALSE(consumer.front().empty());
    EXPECT_TRUE(std::ranges::equal(consumer.front(), message(i + 3, 8)));
    consumer.release();
  }
}

TEST(SpscRingBulk, KeepsAStreamWholeBetweenProcesses) {
  constexpr std::uint64_t messages = 3000;
  testing::Trial<Bulk> trial{.config = {.payload_bytes = 24, .capacity = 10}, .bodies = {}};
  trial.bodies.emplace_back([](Bulk& ring, std::byte* /*own*/) {
    for (std::uint64_t sent = 0; sent < messages;) {
      sent += ring.send_bulk(run_of(sent, std::min<std::uint64_t>(1 + sent % 17, messages - sent), 24));
    }
    return true;
  });
  trial.bodies.emplace_back([](Bulk& ring, std::byte* /*own*/) {
    bool right = true;
    std::vector<std::byte> into(std::size_t{24} * 13);
    for (std::uint64_t received = 0; received < messages;) {
      const std::size_t count = ring.receive_bulk(into);
      right = std::ranges::equal(std::span(into).first(count * 24), run_of(received, count, 24)) && right;
      received += count;
    }
    return right;
  });
  EXPECT_TRUE(holds(testing::Lane::threads, trial));
  EXPECT_TRUE(holds(testing::Lane::processes, trial));
}

TEST(SpscRingSlotSequence, KeepsASmallMessageAndItsNumberOnOneLine) {
  for (const std::uint32_t bytes : {1U, 8U, 24U, 40U, 56U}) {
    const testing::Object<SlotSequence> object({.payload_bytes = bytes, .capacity = 20});
    SlotSequence ring = object.attach();
    for (int i = 0; i < 20; ++i) {
      const auto address = reinterpret_cast<std::uintptr_t>(ring.reserve().data());
      EXPECT_EQ((address - 8) / cache_line_bytes, (address + bytes - 1) / cache_line_bytes) << bytes;
      ring.commit();
    }
  }
}

}  // namespace
}  // namespace shmlab::strategies
