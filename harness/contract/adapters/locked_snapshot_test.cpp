#include "contract/adapters/locked_snapshot.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstddef>
#include <system_error>
#include <vector>

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

using Adapter = LockedSnapshot<LocalEnv, LocalLock>;
using RobustAdapter = LockedSnapshot<LocalEnv, LocalRobustLock>;
static_assert(Strategy<Adapter> && faces_of<Adapter>() == FaceSet{Face::snapshot});
static_assert(Retirable<Adapter> && Conditional<Adapter>, "forwarded from the lock");
static_assert(!Retirable<RobustAdapter> && !Conditional<RobustAdapter>, "not invented");

class LockedSnapshotTest : public ::testing::Test {
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

TEST_F(LockedSnapshotTest, DescribesItselfByItsLock) {
  EXPECT_EQ(Adapter::descriptor.name, "locked_snapshot<local_lock>");
  EXPECT_EQ(Adapter::descriptor.limits.participants, LocalLock::descriptor.limits.participants);
  EXPECT_EQ(Adapter::descriptor.waiting, Waiting::parks);
  EXPECT_EQ(Adapter::descriptor.caught_by, "nobody");
  EXPECT_EQ(Adapter::descriptor.contract.writer, OnDeath::blocks);
  EXPECT_EQ(Adapter::descriptor.contract.reader, OnDeath::blocks);
  EXPECT_EQ(Adapter::descriptor.contract.holder, OnDeath::not_applicable);
  EXPECT_EQ(RobustAdapter::descriptor.contract.writer, OnDeath::unaffected);
  EXPECT_EQ(RobustAdapter::descriptor.contract.reader, OnDeath::unaffected);
}

TEST_F(LockedSnapshotTest, GivesTheLockOnePermitAndForwardsToIt) {
  const Object<Adapter> object({.initial_permits = 0});
  EXPECT_EQ(lock_of(object).permits, 1U);
  EXPECT_EQ(Adapter::unavailable(), "on holiday");
  Adapter::retire(object.memory());
  EXPECT_TRUE(lock_of(object).retired);
}

RC_GTEST_FIXTURE_PROP(LockedSnapshotTest, ReadsTheLatestValueOfAnySize, ()) {
  const auto bytes = *rc::gen::inRange<std::uint32_t>(1, 5001);
  const auto values = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::arbitrary<std::uint64_t>());
  const Object<Adapter> object({.payload_bytes = bytes});
  Adapter writer = object.attach(0);
  Adapter reader = object.attach(1);
  std::vector<std::byte> into(bytes, std::byte{0xff});
  RC_ASSERT(reader.read(into) == 0U);
  RC_ASSERT(into == message(0, bytes));
  for (const std::uint64_t value : values) {
    writer.publish(message(value, bytes));
    RC_ASSERT(reader.read(into) == 0U);
    RC_ASSERT(into == message(value, bytes));
    RC_ASSERT(!lock_of(object).held);
  }
}

TEST_F(LockedSnapshotTest, KeepsTheOldValueWholeWhenAWriterDiesInTheCopy) {
  constexpr std::uint32_t bytes = 100;
  const Object<Adapter> object({.payload_bytes = bytes});
  Adapter writer = object.attach(0);
  writer.publish(message(0x0101010101010101, bytes));
  LocalEnv::dies_in_copy = true;
  EXPECT_THROW(writer.publish(message(0x0202020202020202, bytes)), testing::Death);
  LocalEnv::dies_in_copy = false;

  LocalLock::answer = Acquired::owner_died;
  Adapter survivor = object.attach(1);
  std::vector<std::byte> into(bytes);
  survivor.read(into);
  EXPECT_EQ(into, message(0x0101010101010101, bytes));
  survivor.publish(message(0x0303030303030303, bytes));
  survivor.read(into);
  EXPECT_EQ(into, message(0x0303030303030303, bytes));
}

TEST_F(LockedSnapshotTest, ThrowsWhenTheLockIsNotRecoverable) {
  const Object<Adapter> object({});
  Adapter snapshot = object.attach();
  std::vector<std::byte> value(8);
  LocalLock::answer = Acquired::not_recoverable;
  EXPECT_THROW(snapshot.publish(value), std::system_error);
  EXPECT_THROW(snapshot.read(value), std::system_error);
}

}  // namespace
}  // namespace shmlab
