#include "strategies/pthread_mutex.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <vector>

#include "contract/adapters/locked_snapshot.hpp"
#include "env/native_env.hpp"
#include "shm/region.hpp"
#include "shm/testing/child.hpp"
#include "strategies/testing/lanes.hpp"

namespace shmlab::strategies {
namespace {

using E = env::NativeEnv;
using Robust = pthread_mutex::PthreadMutexRobust<E>;
using shm::testing::Child;

class RobustMutexTest : public ::testing::Test {
 protected:
  RobustMutexTest() { Robust::create(region_.payload(), {}); }
  Robust attach() { return {region_.payload(), {}, {}}; }

  /// A child takes the mutex, after what kind of death before it, and is killed inside.
  void die_inside(Acquired expected) {
    Child child([&] {
      Robust mutex = attach();
      if (mutex.lock() != expected) { return 1; }
      return raise(SIGKILL);
    });
    EXPECT_EQ(child.wait(), Child::killed);
  }

 private:
  shm::Region region_ = shm::Region::create({.payload_bytes = sizeof(Robust::Shared)});
};

TEST_F(RobustMutexTest, TellsTheNextHolderAndRecoversByItsUnlock) {
  die_inside(Acquired::clean);
  Robust mutex = attach();
  EXPECT_EQ(mutex.lock(), Acquired::owner_died);
  mutex.unlock();
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(mutex.lock(), Acquired::clean);
    mutex.unlock();
  }
}

TEST_F(RobustMutexTest, TellsAgainWhenTheRepairerDiesToo) {
  die_inside(Acquired::clean);
  die_inside(Acquired::owner_died);
  Robust mutex = attach();
  EXPECT_EQ(mutex.lock(), Acquired::owner_died);
  mutex.unlock();
  EXPECT_EQ(mutex.lock(), Acquired::clean);
  mutex.unlock();
}

}  // namespace
}  // namespace shmlab::strategies
