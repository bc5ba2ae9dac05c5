#include "contract/adapters/bounded_buffer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <system_error>
#include <vector>

#include "contract/testing/channel_model.hpp"
#include "contract/testing/local_env.hpp"
#include "contract/testing/local_lock.hpp"
#include "contract/testing/object.hpp"

namespace shmlab {
namespace {

using testing::LocalEnv;
using testing::LocalLock;
using testing::LocalRobustLock;
using testing::message;
using testing::Object;

using Adapter = BoundedBuffer<LocalEnv, LocalLock>;
using RobustAdapter = BoundedBuffer<LocalEnv, LocalRobustLock>;
static_assert(Strategy<Adapter> && faces_of<Adapter>() == FaceSet{Face::channel});
static_assert(Retirable<Adapter> && Conditional<Adapter>, "forwarded from the lock");
static_assert(!Retirable<RobustAdapter> && !Conditional<RobustAdapter>, "not invented");

class BoundedBufferTest : public ::testing::Test {
 protected:
  void SetUp() override { LocalEnv::reset(); }
  void TearDown() override {
    LocalEnv::reset();
    LocalLock::answer = Acquired::clean;
  }
};

LocalLock::Shared& lock_of(const Object<Adapter>& object) {
  return *static_cast<LocalLock::Shared*>(object.memory());
}

TEST_F(BoundedBufferTest, DescribesItselfByItsLock) {
  EXPECT_EQ(Adapter::descriptor.name, "bounded_buffer<local_lock>");
  EXPECT_EQ(Adapter::descriptor.limits.participants, LocalLock::descriptor.limits.participants);
  EXPECT_EQ(Adapter::descriptor.waiting, Waiting::spins);
  EXPECT_EQ(Adapter::descriptor.caught_by, "nobody");
  EXPECT_EQ(Adapter::descriptor.contract.producer, OnDeath::blocks);
  EXPECT_EQ(RobustAdapter::descriptor.contract.producer, OnDeath::unaffected);
  EXPECT_EQ(RobustAdapter::descriptor.contract.consumer, OnDeath::unaffected);
}

TEST_F(BoundedBufferTest, GivesTheLockOnePermitAndForwardsToIt) {
  const Object<Adapter> object({.initial_permits = 0});
  EXPECT_EQ(lock_of(object).permits, 1U);
  EXPECT_EQ(Adapter::unavailable(), "on holiday");
  Adapter::retire(object.memory());
  EXPECT_TRUE(lock_of(object).retired);
}

RC_GTEST_FIXTURE_PROP(BoundedBufferTest, BehavesLikeAQueueOfItsCapacity, ()) {
  const auto capacity = *rc::gen::inRange<std::uint32_t>(1, 9);
  const auto bytes = *rc::gen::inRange<std::uint32_t>(1, 5001);
  const Object<Adapter> object({.payload_bytes = bytes, .capacity = capacity});
  Adapter producer = object.attach(0);
  Adapter consumer = object.attach(1);
  testing::behaves_like_a_queue(producer, consumer, {.least = capacity, .most = capacity}, bytes);
  RC_ASSERT(!lock_of(object).held);
}

TEST_F(BoundedBufferTest, KeepsTheLockFromReserveToCommitAndFromFrontToRelease) {
  const Object<Adapter> object({.capacity = 1});
  Adapter channel = object.attach();
  ASSERT_FALSE(channel.reserve().empty());
  EXPECT_TRUE(lock_of(object).held);
  channel.commit();
  EXPECT_FALSE(lock_of(object).held);
  ASSERT_FALSE(channel.front().empty());
  EXPECT_TRUE(lock_of(object).held);
  channel.release();
  EXPECT_FALSE(lock_of(object).held);
}

TEST_F(BoundedBufferTest, SendWaitsForASlotAndReceiveForAMessage) {
  const Object<Adapter> object({.capacity = 1});
  Adapter producer = object.attach(0);
  Adapter consumer = object.attach(1);
  producer.send(message(1, 8));
  std::vector<std::byte> into(8);
  LocalEnv::while_waiting = [&] {
    EXPECT_FALSE(lock_of(object).held) << "waits with the lock held";
    if (LocalEnv::yields == 2) { EXPECT_TRUE(consumer.try_receive(into)); }
  };
  producer.send(message(2, 8));
  EXPECT_EQ(into, message(1, 8));
  EXPECT_GT(LocalEnv::pauses, 0) << "gave the CPU away at once";
  EXPECT_TRUE(consumer.try_receive(into));

  LocalEnv::reset();
  LocalEnv::while_waiting = [&] {
    if (LocalEnv::yields == 2) { EXPECT_TRUE(producer.try_send(message(3, 8))); }
  };
  consumer.receive(into);
  EXPECT_EQ(into, message(3, 8));
}

TEST_F(BoundedBufferTest, LosesOnlyTheMessageThatWasBeingFilledByTheDead) {
  constexpr std::uint32_t bytes = 40;
  const Object<Adapter> object({.payload_bytes = bytes, .capacity = 2});
  Adapter victim = object.attach(0);
  victim.send(message(1, bytes));
  LocalEnv::dies_in_copy = true;
  EXPECT_THROW(victim.try_send(message(2, bytes)), testing::Death);
  LocalEnv::dies_in_copy = false;

  LocalLock::answer = Acquired::owner_died;
  Adapter survivor = object.attach(1);
  EXPECT_TRUE(survivor.try_send(message(3, bytes)));
  std::vector<std::byte> into(bytes);
  EXPECT_TRUE(survivor.try_receive(into));
  EXPECT_EQ(into, message(1, bytes));
  EXPECT_TRUE(survivor.try_receive(into));
  EXPECT_EQ(into, message(3, bytes));
  EXPECT_FALSE(survivor.try_receive(into));
}

TEST_F(BoundedBufferTest, ThrowsWhenTheLockIsNotRecoverable) {
  const Object<Adapter> object({});
  Adapter channel = object.attach();
  std::vector<std::byte> buffer(8);
  LocalLock::answer = Acquired::not_recoverable;
  EXPECT_THROW(channel.send(buffer), std::system_error);
  EXPECT_THROW(channel.receive(buffer), std::system_error);
}

}  // namespace
}  // namespace shmlab
