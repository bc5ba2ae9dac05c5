#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "cli/testing/child_setup.hpp"
#include "cli/testing/expect_refusal.hpp"
#include "cli/testing/program_run.hpp"
#include "cli/testing/shmlab_binary.hpp"

/// What the threat model of the README promises, of the whole program.
namespace shmlab::cli::testing {
namespace {

/// A copy of the program with these bits, which everybody may start.
class ForeignRights : public ::testing::TestWithParam<mode_t> {
 protected:
  void SetUp() override {
    struct statvfs mount{};
    if (geteuid() != 0) { GTEST_SKIP() << "only root has rights to give away"; }
    if (statvfs(directory_.path().c_str(), &mount) != 0 || (mount.f_flag & ST_NOSUID) != 0) {
      GTEST_SKIP() << "the directory for temporary files does not know such bits";
    }
    std::filesystem::copy_file(shmlab_binary(), copy_);
    ASSERT_EQ(chmod(copy_.c_str(), GetParam() | S_IRWXU | S_IXGRP | S_IRGRP | S_IXOTH | S_IROTH), 0);
  }
  TestDirectory directory_;
  std::string copy_ = directory_.path("shmlab");
};
INSTANTIATE_TEST_SUITE_P(Bits, ForeignRights, ::testing::Values(mode_t{S_ISUID}, mode_t{S_ISGID}, mode_t{S_ISUID | S_ISGID}));

TEST_P(ForeignRights, AreRefused) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"list"}, {"crash", "--fault", "*"}, {"--help"}}) {
    expect_refusal(run_program({.arguments = arguments, .program = copy_, .prepare = become_ordinary_user}),
                   {"set-user-ID", "ordinary program"});
  }
  const ProgramEnd participant =
      run_program({.arguments = {"__participant", "3", "0", "x", "1"}, .program = copy_, .prepare = become_ordinary_user});
  EXPECT_NE(participant.err.find("set-user-ID"), std::string::npos) << participant.err;
}

TEST(OwnRights, AreTaken) {
  const ProgramEnd end = run_program({.arguments = {"--version"}, .prepare = become_ordinary_user});
  EXPECT_EQ(end.exit_code, 0) << end.err;
}

/// The processes that descend from one, itself included (proc(5), /proc/PID/task/TID/children).
std::vector<pid_t> family_of(pid_t first) {
  std::vector<pid_t> family{first};
  for (std::size_t i = 0; i < family.size(); ++i) {
    std::ifstream list(fmt::format("/proc/{0}/task/{0}/children", family[i]));
    family.insert(family.end(), std::istream_iterator<pid_t>(list), {});
  }
  return family;
}

/// Truncates what a process has open of files of regions.
void truncate_regions_of(pid_t process) {
  std::error_code gone;  // it has ended, or has closed one meanwhile
  for (std::filesystem::directory_iterator entry(fmt::format("/proc/{}/fd", process), gone), end; !gone && entry != end;
       entry.increment(gone)) {
    std::error_code closed;
    const std::string file = std::filesystem::read_symlink(entry->path(), closed).string();
    constexpr off_t header = 4096;
    if (file.starts_with("/tmp/shmlab-")) {
      if (truncate(entry->path().c_str(), header) != 0) { continue; }
    }
  }
}

void truncate_while_it_is_there(pid_t program) {
  const auto overdue = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  const auto is_there = [&] { return kill(program, 0) == 0 && family_of(program).size() > 1; };
  bool was_there = false;
  while (std::chrono::steady_clock::now() < overdue) {
    for (const pid_t process : family_of(program)) { truncate_regions_of(process); }
    if (was_there && !is_there()) { return; }
    was_there = was_there || is_there();
  }
}

TEST(RegionOfARun, ThatIsTruncatedByAnotherProcessIsNamed) {
  const ProgramEnd end =
      run_program({.arguments = {"check", "--strategy", "futex_mutex", "--scenario", "contended_counter", "--region", "file",
                                 "--lane", "forked", "--runs", "100000", "--budget", "20s"},
                   .meanwhile = truncate_while_it_is_there});
  EXPECT_EQ(end.exit_code, 2) << end.out << end.err;
  EXPECT_EQ(end.out, "");
  std::istringstream lines(end.err);
  for (std::string line; std::getline(lines, line);) {  // participants that were just attaching have refused it by themselves
    EXPECT_TRUE(line.starts_with("shmlab: ") && line.find("region") != std::string::npos) << line;
  }
  EXPECT_NE(end.err.find("file region '"), std::string::npos) << end.err;
  EXPECT_NE(end.err.find("was truncated by another process, to 4096 bytes: byte "), std::string::npos) << end.err;
  expect_nothing_left(end);
}

}  // namespace
}  // namespace shmlab::cli::testing
