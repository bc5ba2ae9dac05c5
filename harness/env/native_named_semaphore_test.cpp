#include "env/native_named_semaphore.hpp"

#include <gtest/gtest.h>
#include <sys/mount.h>

#include <array>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "contract/error.hpp"
#include "shm/testing/child.hpp"
#include "shm/testing/leftovers.hpp"
#include "shm/testing/own_mounts.hpp"

namespace shmlab::env {
namespace {

using shm::testing::Child;

class NamedSemaphore : public shm::testing::LeavesNothing {
 public:
  NamedSemaphore() { NativeNamedSemaphore::create(shared_, 0); }
  ~NamedSemaphore() override { NativeNamedSemaphore::retire(shared_); }

 protected:
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

/// How creation ends.
enum class Ended { unavailable, full, otherwise, not_permitted };

/// In a child with mounts of its own, after `mount_something`.
template <class Mount>
Ended create_elsewhere(Mount mount_something) {
  Child child([&] {
    if (!shm::testing::enter_own_mounts() || mount_something() == -1) { return static_cast<int>(Ended::not_permitted); }
    NativeNamedSemaphore::Shared shared{};
    Ended ended = Ended::otherwise;
    try {
      NativeNamedSemaphore::create(shared, 1);
    } catch (const Unavailable& why) {
      if (std::string(why.what()).find("/dev/shm is missing") != std::string::npos) { ended = Ended::unavailable; }
    } catch (const BadInput& why) {
      if (std::string(why.what()).find("/dev/shm is full") != std::string::npos) { ended = Ended::full; }
    }
    return static_cast<int>(ended);
  });
  return static_cast<Ended>(child.wait());
}

TEST(NamedSemaphoreWithout, dev_shm_is_unavailable_and_says_so) {
  const Ended ended = create_elsewhere([] { return mount("none", "/dev", "tmpfs", 0, "size=64k"); });
  if (ended == Ended::not_permitted) { GTEST_SKIP() << "mounting is not permitted here"; }
  EXPECT_EQ(ended, Ended::unavailable);
}

TEST(NamedSemaphoreWithout, room_in_dev_shm_is_refused_and_says_so) {
  const Ended ended = create_elsewhere([] { return mount("none", "/dev/shm", "tmpfs", 0, "nr_inodes=1"); });
  if (ended == Ended::not_permitted) { GTEST_SKIP() << "mounting is not permitted here"; }
  EXPECT_EQ(ended, Ended::full);
}

}  // namespace
}  // namespace shmlab::env
