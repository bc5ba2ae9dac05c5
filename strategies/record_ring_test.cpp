#include "strategies/record_ring.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "contract/patience.hpp"
#include "env/native_env.hpp"
#include "strategies/testing/lanes.hpp"

namespace shmlab::strategies {
namespace {

using E = env::NativeEnv;
using testing::message;
using Ring = record_ring::RecordRing<E>;

/// RapidCheck: records of generated lengths come out as they went in; a full ring is one that has less room than promised.
TEST(RecordRing, KeepsRecordsOfMixedLengths) {
  EXPECT_TRUE(rc::check([] {
    const auto largest = *rc::gen::inRange<std::uint32_t>(1, 100);
    const testing::Object<Ring> object({.payload_bytes = largest,
                                        .capacity = *rc::gen::inRange<std::uint32_t>(1, 6),
                                        .first_sequence = *rc::gen::arbitrary<std::uint64_t>()});
    Ring producer = object.attach(0);
    Ring consumer = object.attach(1);
    std::deque<std::vector<std::byte>> model;
    std::uint64_t number = 0;
    const auto lengths = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(0, largest + 1));
    for (const std::uint32_t length : lengths) {
      if (length == 0) {  // receive one
        const std::span<const std::byte> record = consumer.front();
        RC_ASSERT(record.empty() == model.empty());
        if (model.empty()) { continue; }
        RC_ASSERT(std::ranges::equal(record, model.front()));
        RC_ASSERT(std::ranges::equal(consumer.front(), model.front()));  // looking twice changes nothing
        consumer.release();
        model.pop_front();
        continue;
      }
      const std::vector<std::byte> record = message(++number * 0x0101'0307'0b0d'1113, length);
      const bool sent = producer.try_send(record);
      RC_ASSERT(sent || !model.empty());
      if (sent) { model.push_back(record); }
    }
  }));
}

TEST(RecordRing, HasRoomForItsCapacityOfTheLargestWhereverItIs) {
  for (const std::uint32_t capacity : {1U, 2U, 5U}) {
    const testing::Object<Ring> object({.payload_bytes = 24, .capacity = capacity});
    Ring producer = object.attach(0);
    Ring consumer = object.attach(1);
    for (std::uint64_t round = 0; round < 30; ++round) {
      for (std::uint64_t i = 0; i < capacity; ++i) { ASSERT_TRUE(producer.try_send(message(i, 24))) << round; }
      for (std::uint64_t i = 0; i < capacity; ++i) {
        ASSERT_TRUE(std::ranges::equal(consumer.front(), message(i, 24)));
        consumer.release();
      }
      ASSERT_TRUE(consumer.front().empty());
    }
  }
}

TEST(RecordRing, FillsInPlaceInTheLengthAskedFor) {
  const testing::Object<Ring> object({.payload_bytes = 40, .capacity = 2});
  Ring producer = object.attach(0);
  Ring consumer = object.attach(1);
  for (const std::uint32_t length : {1U, 40U, 7U, 8U, 9U, 33U, 40U, 2U}) {
    const std::span<std::byte> slot = producer.reserve(length);
    ASSERT_EQ(slot.size(), length);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(slot.data()) % 8, 0U);
    std::ranges::copy(message(length, length), slot.begin());
    EXPECT_TRUE(consumer.front().empty()) << "not committed";
    producer.commit();
    ASSERT_TRUE(std::ranges::equal(consumer.front(), message(length, length)));
    consumer.release();
  }
}

TEST(RecordRing, KeepsAStreamOfMixedLengthsWhole) {
  constexpr std::uint64_t records = 3000;
  const auto length_of = [](std::uint64_t i) { return static_cast<std::uint32_t>(1 + (i * 31) % 90); };
  testing::Trial<Ring> trial{.config = {.payload_bytes = 90, .capacity = 3}, .bodies = {}};
  trial.bodies.emplace_back([length_of](Ring& ring, std::byte* /*own*/) {
    for (std::uint64_t i = 0; i < records; ++i) { ring.send(message(i, length_of(i))); }
    return true;
  });
  trial.bodies.emplace_back([length_of](Ring& ring, std::byte* /*own*/) {
    bool right = true;
    for (std::uint64_t i = 0; i < records; ++i) {
      std::span<const std::byte> record;
      for (Patience<E> patience; (record = ring.front()).empty(); patience.poll()) {}
      right = std::ranges::equal(record, message(i, length_of(i))) && right;
      ring.release();
    }
    return ring.front().empty() && right;
  });
  EXPECT_TRUE(holds(testing::Lane::threads, trial));
  EXPECT_TRUE(holds(testing::Lane::processes, trial));
}

}  // namespace
}  // namespace shmlab::strategies
