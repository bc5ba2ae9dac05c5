#include "run/run_cgroup.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "run/child.hpp"
#include "run/strays.hpp"
#include "shm/run_names.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::run {
namespace {

namespace fs = std::filesystem;

constexpr const char* hybrid =
    "30 24 0:25 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
    "31 30 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "41 30 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw\n";

TEST(CgroupDirectoryTest, IsWhereVersion2IsMounted) {
  const std::string unified = "29 23 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
  EXPECT_EQ(cgroup_directory("0::/user.slice/x.scope\n", unified), fs::path("/sys/fs/cgroup/user.slice/x.scope"));
  EXPECT_EQ(cgroup_directory("4:memory:/m\n0::/\n", hybrid), fs::path("/sys/fs/cgroup/unified/"));
  const std::string part = "29 23 0:26 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
  EXPECT_EQ(cgroup_directory("0::/docker/abc/y\n", part), fs::path("/sys/fs/cgroup/y"));
  EXPECT_EQ(cgroup_directory("0::/docker/abc\n", part), fs::path("/sys/fs/cgroup"));
}

TEST(CgroupDirectoryTest, IsNowhereWithoutOne) {
  const std::string part = "29 23 0:26 /docker/abc /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
  for (const auto& [membership, mounts] : {std::pair<std::string, std::string>{"4:memory:/m\n", hybrid},
                                           {"0::/x\n", "31 30 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"},
                                           {"0::/docker/abcd\n", part},
                                           {"0::/../other\n", hybrid},
                                           {"", hybrid},
                                           {"0::/x\n", ""}}) {
    EXPECT_EQ(cgroup_directory(membership, mounts), std::nullopt) << membership;
  }
}

/// Their names.
std::set<std::string> cgroups_below_ours() {
  std::set<std::string> names;
  const auto text = [](const char* path) {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const auto own = cgroup_directory(text("/proc/self/cgroup"), text("/proc/self/mountinfo"));
  if (!own) { return names; }
  for (const auto& entry : fs::directory_iterator(*own)) {
    if (entry.is_directory()) { names.insert(entry.path().filename().string()); }
  }
  return names;
}

class RunCgroupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why_not = run_cgroup_obstacle(); !why_not.empty()) { GTEST_SKIP() << why_not; }
  }
};

/// Each lives for no longer than it takes to start the next, so that who lists them and then kills them comes too late.
[[noreturn]] void run_away() {
  setsid();
  prctl(PR_SET_PDEATHSIG, 0);
  for (;;) {
    if (fork() > 0) { _exit(EXIT_SUCCESS); }
  }
}

TEST_F(RunCgroupTest, EndsWhoRunsAway) {
  Strays strays;
  const std::set<std::string> before = cgroups_below_ours();
  RunCgroup cgroup;
  cgroup.make();
  ASSERT_EQ(cgroup.why_not(), "");
  EXPECT_EQ(cgroups_below_ours().size(), before.size() + 1);
  const pid_t pid = fork();
  if (pid == 0) {
    if (!cgroup.enter()) { _exit(EXIT_FAILURE); }
    run_away();
  }
  EXPECT_TRUE(Child(pid).reap().is_success()) << "it has entered, and left another behind";
  cgroup.kill();
  strays.end();
  cgroup.remove();
  EXPECT_EQ(cgroups_below_ours(), before) << "a cgroup with members cannot be removed";
}

TEST_F(RunCgroupTest, TakesThoseBelowWithIt) {
  Strays strays;
  const std::set<std::string> before = cgroups_below_ours();
  RunCgroup cgroup;
  cgroup.make();
  const pid_t pid = fork();
  if (pid == 0) {
    if (!cgroup.enter()) { _exit(EXIT_FAILURE); }
    RunCgroup below;
    below.make();
    if (!below.enter()) { _exit(EXIT_FAILURE); }
    if (fork() != 0) { _exit(EXIT_SUCCESS); }
    for (;;) { pause(); }
  }
  EXPECT_TRUE(Child(pid).reap().is_success());
  cgroup.kill();
  strays.end();
  cgroup.remove();
  EXPECT_EQ(cgroups_below_ours(), before);
}

/// A child with another leader's run id, which it does not clean up after, but whose sleeper stays.
TEST_F(RunCgroupTest, OfADeadRunIsSweptAndOfALivingOneIsNot) {
  Strays strays;
  const std::set<std::string> before = cgroups_below_ours();
  RunCgroup living;
  living.make();
  const pid_t pid = fork();
  if (pid == 0) {
    shm::adopt_run_id(shm::new_run_id());
    RunCgroup its;
    its.make();
    if (!its.enter()) { _exit(EXIT_FAILURE); }
    if (fork() != 0) { _exit(EXIT_SUCCESS); }
    setsid();
    for (;;) { pause(); }
  }
  EXPECT_TRUE(Child(pid).reap().is_success());
  EXPECT_EQ(cgroups_below_ours().size(), before.size() + 2);
  sweep_stale_cgroups();
  EXPECT_EQ(cgroups_below_ours().size(), before.size() + 1);
  EXPECT_EQ(strays.end().size(), 1U) << "it is dead, and waited for by its new parent";
  living.remove();
  EXPECT_EQ(cgroups_below_ours(), before);
}

/// Of a user who may make none: the run goes on without.
TEST(NoRunCgroupTest, SaysWhyAndDoesNothing) {
  if (geteuid() != 0) { GTEST_SKIP() << "only root can become a user without rights"; }
  shm::testing::Child child([] {
    constexpr uid_t nobody = 65534;
    if (setresgid(nobody, nobody, nobody) != 0 || setresuid(nobody, nobody, nobody) != 0) { return 1; }
    RunCgroup cgroup;
    cgroup.make();
    cgroup.kill();
    cgroup.remove();
    return !cgroup.why_not().empty() && !cgroup.enter() ? 0 : 2;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace shmlab::run
