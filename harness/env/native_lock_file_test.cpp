#include "env/native_lock_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <string>
#include <system_error>
#include <utility>

#include "env/native_file_lock.hpp"
#include "env/native_flock.hpp"
#include "shm/region.hpp"
#include "shm/testing/child.hpp"
#include "shm/testing/leftovers.hpp"

namespace shmlab::env {
namespace {

using shm::testing::Child;
using shm::testing::eventually;

template <class Lock>
class LockFile : public shm::testing::LeavesNothing {
 public:
  LockFile() { Lock::create(shared_); }
  ~LockFile() override { Lock::retire(shared_); }

 protected:
  /// Whether another process can have it at this moment.
  [[nodiscard]] bool is_free() const {
    return Child([this] { return Lock(shared_).try_lock() ? 1 : 0; }).wait() == 1;
  }
  NativeLockFile::Shared shared_{};
};
using Locks = ::testing::Types<NativeFileLock, NativeFlock>;
TYPED_TEST_SUITE(LockFile, Locks);

TYPED_TEST(LockFile, has_a_file_of_this_run) {
  EXPECT_EQ(shm::testing::entries_of_run(shm::shm_directory), std::vector<std::string>{this->shared_.name.data()});
  EXPECT_EQ(shm::sweep(shm::run_id()), 1U);
  EXPECT_THROW(TypeParam{this->shared_}, std::system_error);
}

TYPED_TEST(LockFile, keeps_endpoints_of_one_process_apart) {
  TypeParam one(this->shared_);
  TypeParam other(this->shared_);
  one.lock();
  EXPECT_FALSE(other.try_lock());
  EXPECT_FALSE(this->is_free());
  TypeParam moved(std::move(one));
  EXPECT_FALSE(other.try_lock());
  moved.unlock();
  EXPECT_TRUE(other.try_lock());
}

/// A participant that runs wild may have written anything where the name was.
TYPED_TEST(LockFile, removes_no_file_but_its_own) {
  NativeLockFile::Shared scribbled = this->shared_;
  for (const std::string& name : {std::string("../../nowhere/file"), std::string(scribbled.name.size(), 'x')}) {
    scribbled.name.fill('\0');
    std::ranges::copy(name, scribbled.name.begin());
    EXPECT_NO_THROW(TypeParam::retire(scribbled)) << name;
  }
  EXPECT_TRUE(this->is_free());
}

TYPED_TEST(LockFile, stays_for_those_who_have_it_open) {
  TypeParam one(this->shared_);
  TypeParam other(this->shared_);
  TypeParam::retire(this->shared_);
  EXPECT_NO_THROW(TypeParam::retire(this->shared_)) << "a second time does nothing";
  one.lock();
  EXPECT_FALSE(other.try_lock());
}

/// Killed inside, with somebody asleep behind it: that one gets it.
TYPED_TEST(LockFile, is_given_back_by_the_kernel_and_wakes_who_sleeps) {
  TypeParam mine(this->shared_);
  Child holder([this] {
    TypeParam lock(this->shared_);
    lock.lock();
    for (;;) { pause(); }
    return 0;
  });
  ASSERT_TRUE(eventually([&] {
    if (!mine.try_lock()) { return true; }
    mine.unlock();
    return false;
  }));
  Child sleeper([this] {
    TypeParam(this->shared_).lock();
    return 0;
  });
  ASSERT_TRUE(eventually([&] { return sleeper.is_asleep(); }));
  holder.kill();
  EXPECT_EQ(sleeper.wait(), 0);
  mine.lock();
}

/// Negative control: one open file description is one owner, so that a child that inherits it is kept out by nothing.
TYPED_TEST(LockFile, keeps_nobody_out_who_has_inherited_it) {
  TypeParam lock(this->shared_);
  lock.lock();
  EXPECT_FALSE(this->is_free());
  Child heir([&lock] { return lock.try_lock() ? 1 : 0; });
  EXPECT_EQ(heir.wait(), 1);
  EXPECT_FALSE(this->is_free()) << "the heir is gone, and the lock is ours still";
}

/// The other side of that: the holder is gone, and its child holds on.
TYPED_TEST(LockFile, is_kept_by_a_child_that_the_holder_forked) {
  shm::Region region = shm::Region::create({.payload_bytes = sizeof(std::atomic<pid_t>)});
  auto& heir = *new (region.payload()) std::atomic<pid_t>{0};
  Child holder([&] {
    TypeParam lock(this->shared_);
    lock.lock();
    const pid_t child = fork();
    if (child == 0) {
      for (;;) { pause(); }
    }
    heir.store(child);
    return raise(SIGKILL);
  });
  EXPECT_EQ(holder.wait(), Child::killed);
  EXPECT_FALSE(this->is_free());
  kill(heir.load(), SIGKILL);
  EXPECT_TRUE(eventually([this] { return this->is_free(); }));
}

}  // namespace
}  // namespace shmlab::env
