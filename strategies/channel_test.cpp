#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "contract/adapters/bounded_buffer.hpp"
#include "contract/face.hpp"
#include "contract/patience.hpp"
#include "contract/testing/channel_model.hpp"
#include "env/native_env.hpp"
#include "strategies/bounded_buffer_futex_mutex_eventcount.hpp"
#include "strategies/bounded_buffer_unnamed_semaphore.hpp"
#include "strategies/controls/unsynchronised.hpp"
#include "strategies/futex_mutex.hpp"
#include "strategies/mpmc_ring.hpp"
#include "strategies/mpmc_ring_blocking.hpp"
#include "strategies/mpsc_ring.hpp"
#include "strategies/pthread_mutex_robust.hpp"
#include "strategies/record_ring.hpp"
#include "strategies/spsc_ring.hpp"
#include "strategies/spsc_ring_batch.hpp"
#include "strategies/spsc_ring_blocking.hpp"
#include "strategies/spsc_ring_bulk.hpp"
#include "strategies/spsc_ring_lazy.hpp"
#include "strategies/spsc_ring_slot_sequence.hpp"
#include "strategies/spsc_ring_watched.hpp"
#include "strategies/testing/lanes.hpp"
#include "strategies/unnamed_semaphore.hpp"

namespace shmlab::strategies {
namespace {

using E = env::NativeEnv;
using testing::Lane;
using testing::message;

constexpr std::uint64_t messages = 3000;

/// One sends numbered messages, one receives them: all, in order, whole.
template <Channel S>
testing::Trial<S> streaming(const Config& config) {
  testing::Trial<S> trial{.config = config, .bodies = {}};
  const std::uint32_t bytes = config.payload_bytes;
  trial.bodies.emplace_back([bytes](S& channel, std::byte* /*own*/) {
    for (std::uint64_t i = 1; i <= messages; ++i) { channel.send(message(i, bytes)); }
    flush(channel);
    return true;
  });
  trial.bodies.emplace_back([bytes](S& channel, std::byte* /*own*/) {
    std::vector<std::byte> into(bytes);
    bool right = true;
    for (std::uint64_t i = 1; i <= messages; ++i) {
      channel.receive(into);
      right = into == message(i, bytes) && right;
    }
    return !channel.try_receive(into) && right;
  });
  return trial;
}

/// The same without copies.
template <Channel S>
testing::Trial<S> streaming_in_place(const Config& config) {
  testing::Trial<S> trial{.config = config, .bodies = {}};
  const std::uint32_t bytes = config.payload_bytes;
  trial.bodies.emplace_back([bytes](S& channel, std::byte* /*own*/) {
    for (std::uint64_t i = 1; i <= messages; ++i) {
      std::span<std::byte> slot;
      for (Patience<E> patience; (slot = channel.reserve()).empty(); patience.poll()) {}
      std::ranges::copy(message(i, bytes), slot.begin());
      channel.commit();
    }
    flush(channel);
    return true;
  });
  trial.bodies.emplace_back([bytes](S& channel, std::byte* /*own*/) {
    bool right = true;
    for (std::uint64_t i = 1; i <= messages; ++i) {
      std::span<const std::byte> front;
      for (Patience<E> patience; (front = channel.front()).empty(); patience.poll()) {}
      right = std::ranges::equal(front, message(i, bytes)) && right;
      channel.release();
    }
    return channel.front().empty() && right;
  });
  return trial;
}

template <class S>
class ChannelTest : public ::testing::Test {
 protected:
  static std::vector<Config> configs() {
    return {{.payload_bytes = 8, .capacity = 1},
            {.payload_bytes = 64, .capacity = 2},
            {.payload_bytes = 13, .capacity = 3},
            {.payload_bytes = 1000, .capacity = 64}};
  }
};
using Channels =
    ::testing::Types<spsc_ring::SpscRing<E>, spsc_ring_blocking::SpscRingBlocking<E>, spsc_ring_watched::SpscRingWatched<E>,
                     spsc_ring_lazy::SpscRingLazy<E>, spsc_ring_slot_sequence::SpscRingSlotSequence<E>,
                     spsc_ring_bulk::SpscRingBulk<E>, spsc_ring_batch::SpscRingBatch<E>, mpmc_ring::MpmcRing<E>,
                     mpmc_ring_blocking::MpmcRingBlocking<E>, mpsc_ring::MpscRing<E>, record_ring::RecordRing<E>,
                     BoundedBuffer<E, futex_mutex::FutexMutex<E>>, BoundedBuffer<E, pthread_mutex_robust::PthreadMutexRobust<E>>,
                     BoundedBuffer<E, unnamed_semaphore::UnnamedSemaphore<E>>,
                     bounded_buffer_futex_mutex_eventcount::BoundedBufferFutexMutexEventcount<E>,
                     bounded_buffer_unnamed_semaphore::BoundedBufferUnnamedSemaphore<E>>;
TYPED_TEST_SUITE(ChannelTest, Channels);

TYPED_TEST(ChannelTest, KeepsAStreamWholeBetweenThreads) {
  for (const Config& config : this->configs()) {
    EXPECT_TRUE(holds(Lane::threads, streaming<TypeParam>(config))) << config.payload_bytes;
    EXPECT_TRUE(holds(Lane::threads, streaming_in_place<TypeParam>(config))) << config.payload_bytes;
  }
}
TYPED_TEST(ChannelTest, KeepsAStreamWholeBetweenProcesses) {
  for (const Config& config : this->configs()) {
    EXPECT_TRUE(holds(Lane::processes, streaming<TypeParam>(config))) << config.payload_bytes;
    EXPECT_TRUE(holds(Lane::processes, streaming_in_place<TypeParam>(config))) << config.payload_bytes;
  }
}

/// Whether it may have less room than at best: its consumer may owe slots that it has read.
template <class S>
inline constexpr bool room_varies = false;
template <>
inline constexpr bool room_varies<spsc_ring_lazy::SpscRingLazy<E>> = true;
template <>
inline constexpr bool room_varies<spsc_ring_slot_sequence::SpscRingSlotSequence<E>> = true;
template <>
inline constexpr bool room_varies<spsc_ring_bulk::SpscRingBulk<E>> = true;
template <>
inline constexpr bool room_varies<spsc_ring_batch::SpscRingBatch<E>> = true;
template <>
inline constexpr bool room_varies<mpsc_ring::MpscRing<E>> = true;
/// What its padding takes depends on where it is.
template <>
inline constexpr bool room_varies<record_ring::RecordRing<E>> = true;

/// How many messages an empty channel takes.
template <Channel S>
std::size_t measured_capacity(const Config& config) {
  const testing::Object<S> object(config);
  S channel = object.attach();
  std::size_t sent = 0;
  while (channel.try_send(message(sent, config.payload_bytes))) { ++sent; }
  return sent;
}

TYPED_TEST(ChannelTest, BehavesLikeAQueue) {
  EXPECT_TRUE(rc::check([] {
    const Config config{.payload_bytes = *rc::gen::inRange<std::uint32_t>(1, 5001),
                        .capacity = *rc::gen::inRange<std::uint32_t>(1, 9)};
    const std::size_t capacity = measured_capacity<TypeParam>(config);
    RC_ASSERT(capacity >= config.capacity);
    const testing::Object<TypeParam> object(config);
    TypeParam producer = object.attach(0);
    TypeParam consumer = object.attach(1);
    const std::size_t least = room_varies<TypeParam> ? config.capacity : capacity;
    shmlab::testing::behaves_like_a_queue(producer, consumer, {.least = least, .most = capacity}, config.payload_bytes);
  }));
}

TYPED_TEST(ChannelTest, IsTakenUpByNewcomersOnBothSides) {
  const testing::Object<TypeParam> object({.capacity = 4});
  std::vector<std::byte> into(8);
  std::uint64_t next = 0;
  for (std::uint64_t i = 0; i < 20; ++i) {
    TypeParam producer = object.attach(0);
    producer.send(message(2 * i, 8));
    producer.send(message(2 * i + 1, 8));
    flush(producer);
    TypeParam consumer = object.attach(1);
    for (int received = 0; received < 2; ++received) {
      ASSERT_TRUE(consumer.try_receive(into));
      EXPECT_EQ(into, message(next++, 8));
    }
    EXPECT_FALSE(consumer.try_receive(into));
  }
}

TEST(ChannelControl, ABufferUnderALockThatKeepsNobodyOutIsCaught) {
  using Control = BoundedBuffer<E, unsynchronised::Unsynchronised<E>>;
  testing::Trial<Control> trial{.config = {.capacity = 64}, .bodies = {}};
  // Nobody waits for the other, so that a lost update is no hang.
  trial.bodies.emplace_back([](Control& channel, std::byte* /*own*/) {
    for (std::uint64_t i = 1; i <= 100'000; ++i) { channel.try_send(message(i, 8)); }
    return true;
  });
  trial.bodies.emplace_back([](Control& channel, std::byte* /*own*/) {
    std::vector<std::byte> into(8);
    std::vector<std::byte> last = message(0, 8);
    for (int i = 0; i < 100'000; ++i) {
      if (!channel.try_receive(into)) { continue; }
      const auto number = [](const std::vector<std::byte>& bytes) {
        std::uint64_t value = 0;
        std::memcpy(&value, bytes.data(), sizeof value);
        return value;
      };
      if (number(into) <= number(last)) { return false; }
      last = into;
    }
    return true;
  });
  EXPECT_TRUE(is_caught(trial));
}

}  // namespace
}  // namespace shmlab::strategies
