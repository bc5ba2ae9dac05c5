#include "run/cpu_quota.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "contract/error.hpp"
#include "run/runner.hpp"
#include "run/testing/plans.hpp"
#include "shm/run_names.hpp"

namespace shmlab::run {
namespace {

namespace fs = std::filesystem;

/// A made-up root with /proc/self/cgroup and the folders of control groups.
class MadeUpRoot {
 public:
  explicit MadeUpRoot(const std::string& memberships) : path_(fs::temp_directory_path() / shm::fresh_name()) {
    write("proc/self/cgroup", memberships);
  }
  ~MadeUpRoot() { fs::remove_all(path_); }
  MadeUpRoot(const MadeUpRoot&) = delete;
  MadeUpRoot& operator=(const MadeUpRoot&) = delete;

  void write(const std::string& file, const std::string& text) const {
    fs::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file) << text;
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(CpuQuota, WritesWhatVersion1Reads) {
  const MadeUpRoot root("3:memory:/x\n1:cpu,cpuacct:/job\n0::/\n");
  root.write("sys/fs/cgroup/cpu,cpuacct/job/tasks", "");
  fs::path folder;
  {
    const CpuQuota quota(50, root.path());
    folder = quota.folder();
    EXPECT_EQ(folder.parent_path(), root.path() / "sys/fs/cgroup/cpu,cpuacct/job");
    EXPECT_EQ(text_of(folder / "cpu.cfs_period_us"), "10000");
    EXPECT_EQ(text_of(folder / "cpu.cfs_quota_us"), "5000");
    quota.add(1234);
    EXPECT_EQ(text_of(folder / "cgroup.procs"), "1234");
    for (const auto& file : fs::directory_iterator(folder)) { fs::remove(file.path()); }  // the kernel's go with the group
  }
  EXPECT_FALSE(fs::exists(folder));
}

TEST(CpuQuota, WritesWhatVersion2Reads) {
  const MadeUpRoot root("0::/job\n");
  root.write("sys/fs/cgroup/cgroup.controllers", "cpu memory\n");
  root.write("sys/fs/cgroup/job/cgroup.procs", "");
  const CpuQuota quota(150, root.path());
  EXPECT_EQ(text_of(quota.folder() / "cpu.max"), "15000 10000");
  EXPECT_EQ(text_of(root.path() / "sys/fs/cgroup/job/cgroup.subtree_control"), "+cpu");
}

TEST(CpuQuota, SaysWhyThereIsNone) {
  const MadeUpRoot none("3:memory:/x\n");
  EXPECT_THROW(CpuQuota(50, none.path()), Unavailable);
  const MadeUpRoot not_there("1:cpu:/\n");
  EXPECT_THROW(CpuQuota(50, not_there.path()), Unavailable);
}

TEST(CpuQuota, RemovesWhatARunHasLeftAndNothingElse) {
  const MadeUpRoot root("1:cpu:/\n");
  root.write("sys/fs/cgroup/cpu/tasks", "");
  const fs::path folder = root.path() / "sys/fs/cgroup/cpu";
  const fs::path ours = folder / shm::fresh_name();
  const fs::path other = folder / "other";
  fs::create_directory(ours);
  fs::create_directory(other);
  remove_quotas_of(shm::run_id(), root.path());
  EXPECT_FALSE(fs::exists(ours));
  EXPECT_TRUE(fs::exists(other));
}

TEST(CpuQuota, HoldsParticipantsBack) {
  Plan plan = testing::plan_for("futex_mutex", "uncontended", 0, Lane::processes);
  plan.run_for = std::chrono::milliseconds(300);
  plan.cpu_quota_percent = 20;
  try {
    const Result result = run_case(plan);
    EXPECT_TRUE(result.verdict.is_ok()) << result.verdict.why;
    EXPECT_LT(result.participants.at(0).cpu_ns, 0.5 * result.elapsed_ns) << "it never waits by itself, and had a fifth of a CPU";
  } catch (const Unavailable& why) { GTEST_SKIP() << why.what(); }
}

}  // namespace
}  // namespace shmlab::run
