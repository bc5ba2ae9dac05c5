#include "env/native_sysv_lock.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <system_error>

#include "env/deadline.hpp"
#include "shm/testing/child.hpp"
#include "shm/testing/leftovers.hpp"

namespace shmlab::env {
namespace {

using shm::testing::Child;
using shm::testing::eventually;
using std::chrono::milliseconds;

class SysvLock : public shm::testing::LeavesNothing {
 public:
  SysvLock() { NativeSysvLock::create(shared_); }
  ~SysvLock() override { NativeSysvLock::dispose(shared_); }

 protected:
  static Deadline in(milliseconds time) { return deadline_after(Deadline::clock::now(), time); }
  NativeSysvLock::Shared shared_{};
};

TEST_F(SysvLock, has_one_permit) {
  NativeSysvLock lock(shared_);
  lock.lock();
  EXPECT_FALSE(lock.try_lock());
  const Deadline soon = in(milliseconds(20));
  EXPECT_FALSE(lock.lock_until(soon));
  EXPECT_GE(Deadline::clock::now(), soon);
  EXPECT_FALSE(lock.lock_until(Deadline::min()));
  lock.unlock();
  EXPECT_TRUE(lock.lock_until(Deadline::max()));
  lock.unlock();
}

TEST_F(SysvLock, is_an_error_once_it_is_gone) {
  NativeSysvLock lock(shared_);
  NativeSysvLock::dispose(shared_);
  EXPECT_NO_THROW(NativeSysvLock::dispose(shared_)) << "a second time does nothing";
  EXPECT_THROW(lock.lock(), std::system_error);
}

/// Killed inside, with somebody asleep behind it: that one gets it, and the permit is one again.
TEST_F(SysvLock, is_given_back_by_the_kernel_and_wakes_who_sleeps) {
  NativeSysvLock mine(shared_);
  Child holder([this] {
    NativeSysvLock(shared_).lock();
    for (;;) { pause(); }
    return 0;
  });
  ASSERT_TRUE(eventually([&] {
    if (!mine.try_lock()) { return true; }
    mine.unlock();
    return false;
  }));
  Child sleeper([this] {
    NativeSysvLock lock(shared_);
    lock.lock();
    lock.unlock();
    return 0;
  });
  ASSERT_TRUE(eventually([&] { return sleeper.is_asleep(); }));
  holder.kill();
  EXPECT_EQ(sleeper.wait(), 0);
  EXPECT_TRUE(mine.try_lock());
  EXPECT_FALSE(mine.try_lock());
  mine.unlock();
}

/// A forked child inherits nothing to undo: its end gives nothing back.
TEST_F(SysvLock, is_not_given_back_by_a_child_that_the_holder_forked) {
  NativeSysvLock lock(shared_);
  lock.lock();
  EXPECT_EQ(Child([] { return 0; }).wait(), 0);
  EXPECT_FALSE(lock.try_lock());
  lock.unlock();
}

}  // namespace
}  // namespace shmlab::env
