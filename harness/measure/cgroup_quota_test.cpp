#include "measure/cgroup_quota.hpp"

#include <gtest/gtest.h>

#include "measure/testing/fake_root.hpp"

namespace shmlab::measure {
namespace {

std::optional<double> quota_in(const FakeRoot& root) {
  return cgroup_cpu_quota(SystemFiles(root.path()));
}

TEST(CgroupQuota, NothingToSeeIsNoLimit) {
  FakeRoot root;
  EXPECT_EQ(quota_in(root), std::nullopt);
  root.write("proc/self/cgroup", "0::/\n");
  EXPECT_EQ(quota_in(root), std::nullopt);
  root.write("sys/fs/cgroup/cpu.max", "max 100000\n");
  EXPECT_EQ(quota_in(root), std::nullopt);
}

TEST(CgroupQuota, Version2OfTheGroup) {
  FakeRoot root;
  root.write("proc/self/cgroup", "0::/user/app\n").write("sys/fs/cgroup/user/app/cpu.max", "150000 100000\n");
  EXPECT_EQ(quota_in(root), 1.5);
}

TEST(CgroupQuota, Version2TheTightestAboveCounts) {
  FakeRoot root;
  root.write("proc/self/cgroup", "0::/user/app\n")
      .write("sys/fs/cgroup/user/app/cpu.max", "200000 100000\n")
      .write("sys/fs/cgroup/user/cpu.max", "50000 100000\n")
      .write("sys/fs/cgroup/cpu.max", "400000 100000\n");
  EXPECT_EQ(quota_in(root), 0.5);
}

TEST(CgroupQuota, PathOfTheHostInsideAContainer) {
  FakeRoot root;
  root.write("proc/self/cgroup", "0::/docker/0123\n").write("sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_EQ(quota_in(root), 2.0);
}

TEST(CgroupQuota, Version1UnderEitherName) {
  for (const std::string mount : {"sys/fs/cgroup/cpu", "sys/fs/cgroup/cpu,cpuacct"}) {
    FakeRoot root;
    root.write("proc/self/cgroup", "5:cpuset:/app\n4:cpu,cpuacct:/app\n1:name=systemd:/app\n")
        .write(mount + "/app/cpu.cfs_quota_us", "25000\n")
        .write(mount + "/app/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(quota_in(root), 0.25) << mount;
    root.write(mount + "/app/cpu.cfs_quota_us", "-1\n");
    EXPECT_EQ(quota_in(root), std::nullopt) << mount;
  }
}

TEST(CgroupQuota, OtherControllersDoNotCount) {
  FakeRoot root;
  root.write("proc/self/cgroup", "5:cpuset:/app\n")
      .write("sys/fs/cgroup/cpu/app/cpu.cfs_quota_us", "25000\n")
      .write("sys/fs/cgroup/cpu/app/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota_in(root), std::nullopt);
}

TEST(CgroupQuota, MalformedIsNoLimit) {
  for (const auto* limit : {"", "100000", "x 100000", "100000 0", "100000 -5"}) {
    FakeRoot root;
    root.write("proc/self/cgroup", "garbage\n0:half\n0::/\n").write("sys/fs/cgroup/cpu.max", limit);
    EXPECT_EQ(quota_in(root), std::nullopt) << limit;
  }
}

}  // namespace
}  // namespace shmlab::measure
