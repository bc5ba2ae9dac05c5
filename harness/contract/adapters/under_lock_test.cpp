#include "contract/adapters/under_lock.hpp"

#include <gtest/gtest.h>

#include "contract/testing/local_lock.hpp"
#include "contract/testing/object.hpp"

namespace shmlab {
namespace {

using testing::LocalLock;

TEST(LockConfig, GivesTheLockOnePermitAndKeepsTheRest) {
  const Config config = lock_config({.participants = 7, .payload_bytes = 3, .initial_permits = 0});
  EXPECT_EQ(config.initial_permits, 1U);
  EXPECT_EQ(config.participants, 7U);
  EXPECT_EQ(config.payload_bytes, 3U);
}

TEST(DeathUnderLock, IsTheWorseOfHolderAndWaiter) {
  using enum OnDeath;
  EXPECT_EQ(death_under_lock({.holder = blocks, .waiter = unaffected}), blocks);
  EXPECT_EQ(death_under_lock({.holder = unaffected, .waiter = blocks}), blocks);
  EXPECT_EQ(death_under_lock({.holder = detects, .waiter = unaffected}), detects);
  EXPECT_EQ(death_under_lock({.holder = unaffected, .waiter = not_applicable}), unaffected);
}

TEST(DeathUnderLock, IsNotNoticedWhenTheLockRecovers) {
  using enum OnDeath;
  EXPECT_EQ(death_under_lock({.holder = recovers, .waiter = unaffected}), unaffected);
  EXPECT_EQ(death_under_lock({.holder = recovers, .waiter = blocks}), blocks);
}

TEST(LockOrThrow, GoesOnAfterADeathAndThrowsWhenTheLockIsGone) {
  const testing::Object<LocalLock> object({});
  LocalLock lock = object.attach();
  const auto& shared = *static_cast<LocalLock::Shared*>(object.memory());

  LocalLock::answer = Acquired::owner_died;
  lock_or_throw(lock);
  EXPECT_TRUE(shared.held);
  lock.unlock();

  LocalLock::answer = Acquired::not_recoverable;
  try {
    lock_or_throw(lock);
    FAIL() << "went on without the lock";
  } catch (const std::system_error& error) { EXPECT_EQ(error.code(), std::errc::state_not_recoverable); }
  EXPECT_FALSE(shared.held);
  LocalLock::answer = Acquired::clean;
}

}  // namespace
}  // namespace shmlab
