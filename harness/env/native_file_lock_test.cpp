#include "env/native_file_lock.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <string>
#include <system_error>
#include <utility>

#include "shm/region.hpp"
#include "shm/testing/child.hpp"
#include "shm/testing/leftovers.hpp"

namespace shmlab::env {
namespace {

using shm::testing::Child;
using shm::testing::eventually;

class FileLock : public shm::testing::LeavesNothing {
 public:
  FileLock() { NativeFileLock::create(shared_); }
  ~FileLock() override { NativeFileLock::retire(shared_); }

 protected:
  /// Whether another process can have it at this moment.
  [[nodiscard]] bool is_free() const {
    return Child([this] { return NativeFileLock(shared_).try_lock() ? 1 : 0; }).wait() == 1;
  }
  NativeFileLock::Shared shared_{};
};

TEST_F(FileLock, has_a_file_of_this_run) {
  EXPECT_EQ(shm::testing::entries_of_run(shm::shm_directory), std::vector<std::string>{shared_.name.data()});
  EXPECT_EQ(shm::sweep(shm::run_id()), 1U);
  EXPECT_THROW(NativeFileLock{shared_}, std::system_error);
}

TEST_F(FileLock, keeps_endpoints_of_one_process_apart) {
  NativeFileLock one(shared_);
  NativeFileLock other(shared_);
  one.lock();
  EXPECT_FALSE(other.try_lock());
  EXPECT_FALSE(is_free());
  NativeFileLock moved(std::move(one));
  EXPECT_FALSE(other.try_lock());
  moved.unlock();
  EXPECT_TRUE(other.try_lock());
}

/// A participant that runs wild may have written anything where the name was.
TEST_F(FileLock, removes_no_file_but_its_own) {
  NativeFileLock::Shared scribbled = shared_;
  for (const std::string& name : {std::string("../../nowhere/file"), std::string(scribbled.name.size(), 'x')}) {
    scribbled.name.fill('\0');
    std::ranges::copy(name, scribbled.name.begin());
    EXPECT_NO_THROW(NativeFileLock::retire(scribbled)) << name;
  }
  EXPECT_TRUE(is_free());
}

TEST_F(FileLock, stays_for_those_who_have_it_open) {
  NativeFileLock one(shared_);
  NativeFileLock other(shared_);
  NativeFileLock::retire(shared_);
  EXPECT_NO_THROW(NativeFileLock::retire(shared_)) << "a second time does nothing";
  one.lock();
  EXPECT_FALSE(other.try_lock());
}

/// Killed inside, with somebody asleep behind it: that one gets it.
TEST_F(FileLock, is_given_back_by_the_kernel_and_wakes_who_sleeps) {
  NativeFileLock mine(shared_);
  Child holder([this] {
    NativeFileLock lock(shared_);
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
    NativeFileLock(shared_).lock();
    return 0;
  });
  ASSERT_TRUE(eventually([&] { return sleeper.is_asleep(); }));
  holder.kill();
  EXPECT_EQ(sleeper.wait(), 0);
  mine.lock();
}

/// Negative control: one open file description is one owner, so that a child that inherits it is kept out by nothing.
TEST_F(FileLock, keeps_nobody_out_who_has_inherited_it) {
  NativeFileLock lock(shared_);
  lock.lock();
  EXPECT_FALSE(is_free());
  Child heir([&lock] { return lock.try_lock() ? 1 : 0; });
  EXPECT_EQ(heir.wait(), 1);
  EXPECT_FALSE(is_free()) << "the heir is gone, and the lock is ours still";
}

/// The other side of that: the holder is gone, and its child holds on.
TEST_F(FileLock, is_kept_by_a_child_that_the_holder_forked) {
  shm::Region region = shm::Region::create({.payload_bytes = sizeof(std::atomic<pid_t>)});
  auto& heir = *new (region.payload()) std::atomic<pid_t>{0};
  Child holder([&] {
    NativeFileLock lock(shared_);
    lock.lock();
    const pid_t child = fork();
    if (child == 0) {
      for (;;) { pause(); }
    }
    heir.store(child);
    return raise(SIGKILL);
  });
  EXPECT_EQ(holder.wait(), Child::killed);
  EXPECT_FALSE(is_free());
  kill(heir.load(), SIGKILL);
  EXPECT_TRUE(eventually([this] { return is_free(); }));
}

}  // namespace
}  // namespace shmlab::env
