#include "env/native_named_semaphore.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <array>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "contract/error.hpp"
#include "shm/testing/child.hpp"
#include "shm/testing/leftovers.hpp"

namespace shmlab::env {
namespace {

using shm::testing::Child;

class NamedSemaphore : public shm::testing::LeavesNothing {
 protected:
  NamedSemaphore() { NativeNamedSemaphore::create(shared_, 0); }
  ~NamedSemaphore() override { NativeNamedSemaphore::retire(shared_); }
  NativeNamedSemaphore::Shared shared_{};
};

TEST_F(NamedSemaphore, has_a_file_of_this_run) {
  const std::string file = std::string("sem.") + shared_.name.data();
  EXPECT_EQ(shm::testing::entries_of_run(shm::shm_directory), std::vector{file});
}

TEST_F(NamedSemaphore, wakes_another_process) {
  Child waiter([&] {
    NativeNamedSemaphore semaphore(shared_);
    semaphore.wait();
    return 0;
  });
  NativeNamedSemaphore semaphore(shared_);
  semaphore.post();
  EXPECT_EQ(waiter.wait(), 0);
}

TEST_F(NamedSemaphore, is_opened_by_every_thread_of_a_process_on_its_own) {
  NativeNamedSemaphore mine(shared_);
  constexpr int rounds = 500;
  NativeNamedSemaphore::Shared back_name{};
  NativeNamedSemaphore::create(back_name, 0);
  NativeNamedSemaphore back(back_name);
  std::thread other([&] {
    NativeNamedSemaphore theirs(shared_);
    NativeNamedSemaphore their_back(back_name);
    for (int round = 0; round < rounds; ++round) {
      theirs.wait();
      their_back.post();
    }
  });
  for (int round = 0; round < rounds; ++round) {
    mine.post();
    back.wait();
  }
  other.join();
  mine.post();  // closing in the other thread has not closed ours
  mine.wait();
  NativeNamedSemaphore::retire(back_name);
}

TEST_F(NamedSemaphore, stays_open_for_those_who_have_it_and_cannot_be_opened_after_it_is_retired) {
  NativeNamedSemaphore semaphore(shared_);
  NativeNamedSemaphore::retire(shared_);
  EXPECT_NO_THROW(NativeNamedSemaphore::retire(shared_)) << "a second time does nothing";
  EXPECT_THROW(NativeNamedSemaphore{shared_}, std::system_error);
  NativeNamedSemaphore moved(std::move(semaphore));
  moved.post();
  moved.wait();
}

TEST_F(NamedSemaphore, is_found_by_the_sweep) {
  EXPECT_EQ(shm::sweep(shm::run_id()), 1U);
  EXPECT_THROW(NativeNamedSemaphore{shared_}, std::system_error);
}

/// Runs in a child whose /dev is an empty tmpfs of its own, or whose /dev/shm takes no files.
template <class Prepare>
int create_elsewhere(Prepare prepare) {
  constexpr int unavailable = 0;
  constexpr int bad_input = 1;
  constexpr int created = 2;
  constexpr int not_permitted = 3;
  Child child([&] {
    const int spaces = geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
    if (unshare(spaces) == -1 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == -1 || prepare() == -1) {
      return not_permitted;
    }
    NativeNamedSemaphore::Shared shared{};
    try {
      NativeNamedSemaphore::create(shared, 1);
    } catch (const Unavailable& why) {
      return std::string(why.what()).find("/dev/shm is missing") != std::string::npos ? unavailable : created;
    } catch (const BadInput& why) {
      return std::string(why.what()).find("/dev/shm is full") != std::string::npos ? bad_input : created;
    }
    return created;
  });
  return child.wait();
}

TEST(NamedSemaphoreWithout, dev_shm_is_unavailable_and_says_so) {
  const int code = create_elsewhere([] { return mount("none", "/dev", "tmpfs", 0, "size=64k"); });
  if (code == 3) { GTEST_SKIP() << "mounting is not permitted here"; }
  EXPECT_EQ(code, 0);
}

TEST(NamedSemaphoreWithout, room_in_dev_shm_is_refused_and_says_so) {
  const int code = create_elsewhere([] { return mount("none", "/dev/shm", "tmpfs", 0, "nr_inodes=1"); });
  if (code == 3) { GTEST_SKIP() << "mounting is not permitted here"; }
  EXPECT_EQ(code, 1);
}

}  // namespace
}  // namespace shmlab::env
