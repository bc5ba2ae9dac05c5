#include "strategies/spsc_ring.hpp"
#include "strategies/spsc_ring_blocking.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>
#include <vector>

#include "env/native_env.hpp"
#include "shm/testing/child.hpp"
#include "strategies/testing/lanes.hpp"
#include "strategies/testing/recording_env.hpp"

namespace shmlab::strategies {
namespace {

using testing::message;
using testing::RecordingEnv;
using Ring = spsc_ring::SpscRing<env::NativeEnv>;
using ParkingRing = spsc_ring_blocking::SpscRingBlocking<RecordingEnv>;

TEST(SpscRing, RoundsItsCapacityUpToAPowerOfTwo) {
  for (std::uint32_t capacity = 1; capacity <= 70; ++capacity) {
    const testing::Object<Ring> object({.capacity = capacity});
    Ring ring = object.attach();
    std::uint32_t sent = 0;
    while (ring.try_send(message(sent, 8))) { ++sent; }
    EXPECT_EQ(sent, std::bit_ceil(capacity));
  }
}

TEST(SpscRing, AlignsItsSlots) {
  for (const std::uint32_t bytes : {1U, 8U, 9U, 24U, 64U}) {
    const testing::Object<Ring> object({.payload_bytes = bytes, .capacity = 4});
    Ring ring = object.attach();
    const std::size_t alignment = bytes == 64 ? 64 : 8;
    for (int i = 0; i < 4; ++i) {
      const auto address = reinterpret_cast<std::uintptr_t>(ring.reserve().data());
      EXPECT_EQ(address % alignment, 0U) << bytes;
      ring.commit();
    }
  }
}

TEST(SpscRing, CarriesEverySmallSizeWhole) {
  for (std::uint32_t bytes = 1; bytes <= 130; ++bytes) {
    const testing::Object<Ring> object({.payload_bytes = bytes, .capacity = 2});
    Ring ring = object.attach();
    std::vector<std::byte> into(bytes);
    for (std::uint64_t i = 0; i < 4; ++i) {
      ring.send(message(~i * 0x0123'4567'89ab'cdef, bytes));
      ring.receive(into);
      EXPECT_EQ(into, message(~i * 0x0123'4567'89ab'cdef, bytes)) << bytes;
    }
  }
}

class ParkingRingTest : public ::testing::Test {
 protected:
  void SetUp() override { RecordingEnv::reset(); }
};

TEST_F(ParkingRingTest, MakesNoSystemCallWhileNobodySleeps) {
  const testing::Object<ParkingRing> object({.capacity = 2});
  ParkingRing ring = object.attach();
  std::vector<std::byte> into(8);
  for (std::uint64_t i = 0; i < 10; ++i) {
    ring.send(message(i, 8));
    ring.receive(into);
    EXPECT_EQ(into, message(i, 8));
  }
  EXPECT_EQ(RecordingEnv::waits, 0);
  EXPECT_EQ(RecordingEnv::wakes, 0);
}

TEST_F(ParkingRingTest, WakesAConsumerThatSleepsOnAnEmptyRingOnce) {
  const testing::Object<ParkingRing> object({.capacity = 4});
  ParkingRing producer = object.attach(0);
  std::vector<std::byte> into(8);
  std::thread consumer([&] { object.attach(1).receive(into); });
  EXPECT_TRUE(shm::testing::eventually([] { return RecordingEnv::waits > 0; }));
  producer.send(message(1, 8));
  consumer.join();
  EXPECT_EQ(into, message(1, 8));
  producer.send(message(2, 8));
  EXPECT_EQ(RecordingEnv::wakes, 1);
}

TEST_F(ParkingRingTest, WakesAProducerThatSleepsOnAFullRingOnce) {
  const testing::Object<ParkingRing> object({.capacity = 1});
  ParkingRing consumer = object.attach(1);
  std::vector<std::byte> into(8);
  object.attach(0).send(message(1, 8));
  std::thread producer([&] { object.attach(0).send(message(2, 8)); });
  EXPECT_TRUE(shm::testing::eventually([] { return RecordingEnv::waits > 0; }));
  EXPECT_TRUE(consumer.try_receive(into));
  producer.join();
  EXPECT_TRUE(consumer.try_receive(into));
  EXPECT_EQ(into, message(2, 8));
  EXPECT_EQ(RecordingEnv::wakes, 1);
}

TEST_F(ParkingRingTest, LosesNoWakeWhenBothSidesParkAtOnce) {
  constexpr std::uint64_t messages = 20'000;
  testing::Trial<ParkingRing> trial{.config = {.capacity = 1}, .bodies = {}};
  trial.bodies.emplace_back([](ParkingRing& ring, std::byte* /*own*/) {
    for (std::uint64_t i = 0; i < messages; ++i) { ring.send(message(i, 8)); }
    return true;
  });
  trial.bodies.emplace_back([](ParkingRing& ring, std::byte* /*own*/) {
    std::vector<std::byte> into(8);
    bool right = true;
    for (std::uint64_t i = 0; i < messages; ++i) {
      ring.receive(into);
      right = into == message(i, 8) && right;
    }
    return right;
  });
  EXPECT_TRUE(holds(testing::Lane::threads, trial));
  EXPECT_GT(RecordingEnv::waits, 0) << "nobody ever slept: nothing was tried";
  EXPECT_TRUE(holds(testing::Lane::processes, trial));
}

template <class R>
void comes_round(std::uint64_t first) {
  const testing::Object<R> object({.capacity = 4, .first_sequence = first});
  R producer = object.attach(0);
  R consumer = object.attach(1);
  std::vector<std::byte> into(64);  // room for any constant size that the ring knows, which keeps g++ from warning of it
  EXPECT_FALSE(consumer.try_receive(into)) << first;
  std::uint64_t received = 0;
  std::uint64_t sent = 0;
  for (int round = 0; round < 4; ++round) {
    while (producer.try_send(message(sent + 1, 8))) { ++sent; }
    EXPECT_EQ(sent - received, 4U) << "full, from " << first;
    while (consumer.try_receive(into)) { EXPECT_TRUE(std::ranges::equal(std::span(into).first(8), message(++received, 8))); }
    EXPECT_EQ(received, sent) << "empty, from " << first;
  }
}

TEST(SpscRing, ComesRoundWhereverItsCountsStart) {
  for (std::uint64_t distance = 0; distance <= 8; ++distance) {
    for (const std::uint64_t end : {std::uint64_t{1} << 32U, std::uint64_t{1} << 63U, std::uint64_t{0}}) {
      comes_round<Ring>(end - distance);
      comes_round<ParkingRing>(end - distance);
    }
  }
}

}  // namespace
}  // namespace shmlab::strategies
