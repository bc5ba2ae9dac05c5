#include <fcntl.h>
#include <gtest/gtest.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include <csignal>
#include <string>
#include <vector>

#include "contract/error.hpp"
#include "shm/nameless_queue.hpp"
#include "shm/run_names.hpp"
#include "shm/system_mark.hpp"
#include "shm/sysv_queue.hpp"
#include "shm/testing/child.hpp"
#include "shm/testing/leftovers.hpp"

namespace shmlab::shm {
namespace {

using testing::Child;

class MessageQueues : public testing::LeavesNothing {
 protected:
  static std::vector<std::string> entries() { return testing::entries_of_run(shm_directory); }
  static bool is_there(int queue) {
    msqid_ds status{};
    return msgctl(queue, IPC_STAT, &status) == 0;
  }
};

TEST_F(MessageQueues, of_system_v_come_with_a_size_and_go_with_their_file) {
  const SysvQueue queue = create_sysv_queue(100);
  msqid_ds status{};
  ASSERT_EQ(msgctl(queue.id, IPC_STAT, &status), 0);
  EXPECT_EQ(status.msg_qbytes, 100U);
  EXPECT_EQ(status.msg_perm.mode & 0777U, 0600U);
  EXPECT_EQ(entries(), std::vector{queue.name});
  remove_sysv_queue(queue.name);
  EXPECT_FALSE(is_there(queue.id));
  EXPECT_EQ(entries(), std::vector<std::string>{});
  remove_sysv_queue(queue.name);  // a second time does nothing
}

/// Whoever made it is killed, and the run's sweep, which knows names alone, takes it away.
TEST_F(MessageQueues, of_system_v_that_a_killed_process_left_are_swept) {
  Child victim([] {
    create_sysv_queue(100);
    return raise(SIGKILL);
  });
  EXPECT_EQ(victim.wait(), Child::killed);
  ASSERT_EQ(entries().size(), 1U);
  const int left = msgget(key_of_mark(entries().front()), 0);
  EXPECT_TRUE(is_there(left));
  EXPECT_EQ(sweep(run_id()), 1U);
  EXPECT_FALSE(is_there(left));
}

TEST_F(MessageQueues, of_posix_have_no_name_once_they_are_there) {
  const FileDescriptor queue = open_nameless_queue(3, 16);
  EXPECT_EQ(entries(), std::vector<std::string>{});
  mq_attr shape{};
  ASSERT_EQ(mq_getattr(queue.get(), &shape), 0);
  EXPECT_EQ(shape.mq_maxmsg, 3);
  EXPECT_EQ(shape.mq_msgsize, 16);
}

/// Killed while it had a name: as if there had been nothing but the file and the queue.
TEST_F(MessageQueues, of_posix_that_still_have_a_name_are_swept) {
  const std::string mark = make_mark(mqueue_prefix, "test");
  const std::string name = "/" + mark;
  const FileDescriptor queue(mq_open(name.c_str(), O_CREAT | O_EXCL | O_RDWR, 0600, nullptr));
  ASSERT_GE(queue.get(), 0);
  EXPECT_EQ(sweep(run_id()), 1U);
  EXPECT_EQ(mq_unlink(name.c_str()), -1) << "the name is still there";
}

TEST_F(MessageQueues, of_posix_that_the_system_does_not_allow_leave_nothing) {
  EXPECT_THROW(open_nameless_queue(100'000, 16), Unavailable);
  EXPECT_EQ(entries(), std::vector<std::string>{});
}

}  // namespace
}  // namespace shmlab::shm
