#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "contract/config.hpp"
#include "contract/error.hpp"
#include "contract/face.hpp"
#include "contract/strategy.hpp"
#include "contract/testing/object.hpp"
#include "env/native_env.hpp"
#include "strategies/peers/atomic_queue.hpp"
#include "strategies/peers/boost_interprocess.hpp"
#include "strategies/peers/boost_message_queue.hpp"
#include "strategies/peers/boost_spsc_queue.hpp"
#include "strategies/peers/ck_ring.hpp"
#include "strategies/peers/ck_spinlock.hpp"
#include "strategies/peers/moodycamel_queue.hpp"
#include "strategies/testing/lanes.hpp"

namespace shmlab::strategies {
namespace {

using E = env::NativeEnv;
using shmlab::testing::message;
using shmlab::testing::Object;

/// What other libraries' queues are made into: conformance runs them between processes; here is what the wrapping may get wrong.
template <class S>
class PeerChannels : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!S::unavailable().empty()) { GTEST_SKIP() << S::unavailable(); }
  }
};
using Channels = ::testing::Types<boost_spsc_queue::BoostSpscQueue<E>, boost_spsc_queue::BoostSpscQueueBulk<E>,
                                  atomic_queue::AtomicQueueSpsc<E>, ck_ring::CkRing<E>, ck_ring::CkRingMpmc<E>,
                                  boost_message_queue::BoostMessageQueue<E>>;
TYPED_TEST_SUITE(PeerChannels, Channels);

/// Out of line, so that the compiler cannot know the size and warn of copies that the configuration rules out.
[[gnu::noinline]] std::uint32_t length(std::uint32_t bytes) {
  return bytes;
}
[[gnu::noinline]] Config config_of(std::uint32_t bytes, std::uint32_t capacity) {
  return {.payload_bytes = bytes, .capacity = capacity};
}

constexpr std::uint32_t lengths[] = {1, 7, 8, 9, 63, 64, 65, 100, 4095, 4096};

TYPED_TEST(PeerChannels, PassMessagesOfAnyLengthWhole) {
  for (const std::uint32_t bytes : lengths) {
    const Object<TypeParam> object(config_of(bytes, 3));
    TypeParam sender = object.attach(0);
    TypeParam receiver = object.attach(1);
    std::vector<std::byte> into(bytes);
    for (std::uint64_t i = 1; i < 300; ++i) {
      ASSERT_TRUE(sender.try_send(message(i * 0x0101'0101'0101'0101, bytes)));
      ASSERT_TRUE(receiver.try_receive(into));
      ASSERT_EQ(into, message(i * 0x0101'0101'0101'0101, bytes)) << bytes << " bytes";
    }
    EXPECT_FALSE(receiver.try_receive(into));
  }
}

TYPED_TEST(PeerChannels, HoldAsManyAsWereAskedForAndNotForEver) {
  for (const std::uint32_t capacity : {1U, 2U, 63U, 64U, 65U, 1000U, 1024U}) {
    const Object<TypeParam> object(config_of(8, capacity));
    TypeParam channel = object.attach();
    const std::uint32_t bytes = length(8);
    std::vector<std::byte> into(bytes);
    std::uint64_t held = 0;
    while (channel.try_send(message(held + 1, bytes))) { ASSERT_LE(++held, 2048U) << "it is never full"; }
    EXPECT_GE(held, capacity);
    for (std::uint64_t i = 1; i <= held; ++i) {
      ASSERT_TRUE(channel.try_receive(into));
      EXPECT_EQ(into, message(i, bytes));
    }
    EXPECT_FALSE(channel.try_receive(into));
  }
}

TYPED_TEST(PeerChannels, InPlaceThereIsACopy) {
  const Object<TypeParam> object(config_of(16, 4));
  TypeParam channel = object.attach();
  EXPECT_TRUE(channel.front().empty());
  const auto slot = channel.reserve();
  ASSERT_EQ(slot.size(), 16U);
  std::ranges::copy(message(77, 16), slot.begin());
  EXPECT_TRUE(channel.front().empty()) << "not before commit()";
  channel.commit();
  const auto front = channel.front();
  EXPECT_TRUE(std::ranges::equal(front, message(77, 16)));
  channel.release();
  EXPECT_TRUE(channel.front().empty());
}

TEST(PeerBulkChannel, PassesSeveralMessagesOfAnyLengthInOrder) {
  using Bulk = boost_spsc_queue::BoostSpscQueueBulk<E>;
  if (!Bulk::unavailable().empty()) { GTEST_SKIP() << Bulk::unavailable(); }
  constexpr std::size_t capacity = 64;
  // Aligned as the queue's elements are, and not.
  for (const std::size_t offset : {0U, 1U}) {
    for (const std::uint32_t bytes : {8U, 9U, 64U, 4096U}) {
      const Object<Bulk> object(config_of(bytes, capacity));
      Bulk channel = object.attach();
      std::vector<std::byte> sent(offset + std::size_t{100} * length(bytes));
      for (std::size_t i = 0; i < 100; ++i) {
        std::ranges::copy(message(i + 1, bytes), sent.begin() + static_cast<std::ptrdiff_t>(offset + i * bytes));
      }
      std::vector<std::byte> got(sent.size());
      EXPECT_EQ(channel.receive_bulk(std::span(got).subspan(offset)), 0U);
      const std::size_t room = channel.send_bulk(std::span(sent).subspan(offset));
      EXPECT_GE(room, capacity);
      EXPECT_LT(room, 100U) << "it is full";
      EXPECT_EQ(channel.receive_bulk(std::span(got).subspan(offset, std::size_t{3} * bytes)), 3U);
      EXPECT_EQ(channel.receive_bulk(std::span(got).subspan(offset + std::size_t{3} * bytes)), room - 3);
      EXPECT_TRUE(std::equal(got.begin(), got.begin() + static_cast<std::ptrdiff_t>(offset + room * bytes), sent.begin()));
    }
  }
}

/// One sends numbered messages to another, who maps the region elsewhere.
template <class S>
testing::Trial<S> streaming(std::uint32_t bytes) {
  constexpr std::uint64_t messages = 3000;
  testing::Trial<S> trial{.config = config_of(bytes, 16), .bodies = {}};
  trial.bodies.emplace_back([bytes](S& channel, std::byte* /*own*/) {
    for (std::uint64_t i = 1; i <= messages; ++i) { channel.send(message(i, bytes)); }
    return true;
  });
  trial.bodies.emplace_back([bytes](S& channel, std::byte* /*own*/) {
    std::vector<std::byte> into(bytes);
    bool right = true;
    for (std::uint64_t i = 1; i <= messages; ++i) {
      channel.receive(into);
      right = into == message(i, bytes) && right;
    }
    return right;
  });
  return trial;
}

TYPED_TEST(PeerChannels, StreamBetweenProcessesAndThreads) {
  for (const std::uint32_t bytes : {8U, 64U, 500U}) {
    EXPECT_TRUE(testing::holds(testing::Lane::processes, streaming<TypeParam>(bytes)));
    EXPECT_TRUE(testing::holds(testing::Lane::threads, streaming<TypeParam>(bytes)));
  }
}

template <class S>
class PeerLocks : public PeerChannels<S> {};
using Locks =
    ::testing::Types<boost_interprocess::BoostInterprocessMutex<E>, boost_interprocess::BoostInterprocessSemaphore<E>,
                     ck_spinlock::CkSpinlockFas<E>, ck_spinlock::CkSpinlockFasBackoff<E>, ck_spinlock::CkSpinlockTicket<E>>;
TYPED_TEST_SUITE(PeerLocks, Locks);

TYPED_TEST(PeerLocks, LetOneInBetweenProcessesAndThreads) {
  constexpr std::uint64_t sections = 2000;
  constexpr std::size_t participants = 2;
  testing::Trial<TypeParam> trial{.config = {}, .own_bytes = sizeof(std::uint64_t), .bodies = {}};
  for (std::size_t i = 0; i < participants; ++i) {
    trial.bodies.emplace_back([](TypeParam& lock, std::byte* own) {
      for (std::uint64_t section = 0; section < sections; ++section) {
        lock.lock();
        ++*reinterpret_cast<std::uint64_t*>(own);
        lock.unlock();
      }
      return true;
    });
  }
  trial.judge = [](const std::byte* own) { return *reinterpret_cast<const std::uint64_t*>(own) == participants * sections; };
  EXPECT_TRUE(testing::holds(testing::Lane::processes, trial));
  EXPECT_TRUE(testing::holds(testing::Lane::threads, trial));
}

/// Whether the library is there or not, the row has the same faces.
TEST(PeerRows, HaveTheirFaces) {
  EXPECT_TRUE(Exclusive<boost_interprocess::BoostInterprocessMutex<E>>);
  EXPECT_TRUE(Exclusive<ck_spinlock::CkSpinlockTicket<E>>);
  EXPECT_TRUE(BulkChannel<boost_spsc_queue::BoostSpscQueueBulk<E>>);
  EXPECT_TRUE(Channel<moodycamel_queue::MoodycamelQueue<E>>);
  EXPECT_TRUE(Strategy<moodycamel_queue::MoodycamelQueue<E>>);
}

TEST(PeerRows, SayWhyTheyCannotBeHad) {
  using Moodycamel = moodycamel_queue::MoodycamelQueue<E>;
  EXPECT_NE(Moodycamel::unavailable(), "");
  EXPECT_THROW(Moodycamel::create(nullptr, {}), Unavailable);
}

}  // namespace
}  // namespace shmlab::strategies
