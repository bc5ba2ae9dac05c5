#include "shm/process_identity.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "shm/testing/child.hpp"

namespace shmlab::shm {
namespace {

using testing::Child;

TEST(ProcessIdentity, of_this_process_is_stable_and_not_gone) {
  const ProcessIdentity self = self_identity();
  EXPECT_EQ(self.pid, getpid());
  EXPECT_NE(self.start_time, 0U);
  EXPECT_EQ(self, self_identity());
  EXPECT_FALSE(is_gone(self));
}

TEST(ProcessIdentity, of_a_forked_child_is_its_own) {
  const ProcessIdentity parent = self_identity();
  Child child([&] { return self_identity().pid == getpid() && self_identity().pid != parent.pid ? 0 : 1; });
  EXPECT_EQ(child.wait(), 0);
}

TEST(ProcessIdentity, with_another_start_time_is_gone) {
  ProcessIdentity predecessor = self_identity();
  --predecessor.start_time;
  EXPECT_TRUE(is_gone(predecessor));
}

TEST(ProcessIdentity, of_a_process_that_ended_is_gone_reaped_or_not) {
  Child child([] { return 0; });
  const ProcessIdentity zombie{.pid = child.pid()};
  EXPECT_TRUE(testing::eventually([&] { return is_gone(zombie); }));
  EXPECT_EQ(child.wait(), 0);
  EXPECT_TRUE(is_gone(zombie));
}

TEST(ProcessIdentity, that_names_no_process_cannot_be_judged) {
  EXPECT_FALSE(is_gone({.pid = 0}));
  EXPECT_FALSE(is_gone({.pid = -1}));
}

TEST(PidNamespace, is_inherited) {
  const std::uint32_t here = pid_namespace();
  EXPECT_NE(here, 0U);
  Child child([&] { return pid_namespace() == here ? 0 : 1; });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace shmlab::shm
