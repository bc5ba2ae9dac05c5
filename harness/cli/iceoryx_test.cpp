#include <fcntl.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/testing/child_setup.hpp"
#include "cli/testing/program_run.hpp"
#include "env/iceoryx_calls.hpp"
#include "env/iceoryx_daemon.hpp"
#include "env/iceoryx_keeper.hpp"
#include "run/children.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::cli {
namespace {

namespace fs = std::filesystem;
using shm::testing::eventually;
using testing::expect_nothing_left;
using testing::ProgramEnd;
using testing::run_program;

/// iox-roudi and who keeps it, wherever they run.
std::vector<pid_t> processes_called(const std::string& name) {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string text = entry.path().filename().string();
    pid_t pid = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), pid).ec != std::errc{}) { continue; }
    std::ifstream file(entry.path() / "comm");  // who has ended has none
    std::string comm;
    std::getline(file, comm);
    if (comm == name) { found.push_back(pid); }
  }
  return found;
}
std::vector<pid_t> daemons() {
  return processes_called("iox-roudi");
}

/// How many runs hold on to the keeper: each connection has its name, as the socket that it listens on.
std::ptrdiff_t users() {
  std::ifstream table("/proc/net/unix");
  const std::string name = fmt::format("@shmlab-iceoryx-{}", geteuid());
  std::ptrdiff_t sockets = 0;
  for (std::string line; std::getline(table, line);) { sockets += line.ends_with(name) ? 1 : 0; }
  return sockets - 1;
}

/// What a daemon leaves when it does not clean up, and nobody after it.
std::vector<std::string> files_left() {
  std::vector<std::string> left;
  for (const char* const file : {"/dev/shm/iceoryx_mgmt", "/tmp/roudi", "/tmp/roudi.lock", "/tmp/iox-unique-roudi.lock"}) {
    if (fs::exists(file)) { left.emplace_back(file); }
  }
  return left;
}

void expect_no_daemon() {
  EXPECT_TRUE(daemons().empty());
  EXPECT_TRUE(processes_called("iceoryx keeper").empty());
  EXPECT_EQ(files_left(), std::vector<std::string>{});
}

std::vector<std::string> check_of(const std::string& lane, const std::string& budget) {
  return {"check", "--strategy", "iceoryx", "--lane", lane, "--budget", budget};
}

/// It found nothing; that the budget was over is no fault.
void expect_sound(const ProgramEnd& end) {
  EXPECT_TRUE(end.exit_code == 0 || end.exit_code == 3) << end.exit_code << ": " << end.out << end.err;
  EXPECT_NE(end.out.find(" 0 violated"), std::string::npos) << end.out;
  EXPECT_EQ(end.err, "");
  expect_nothing_left(end);
}

/// Longer than any test.
std::vector<std::string> endless_check() {
  return {"check", "--strategy", "iceoryx", "--scenario", "stream", "--lane", "processes", "--runs", "1000000000"};
}

pid_t only_child_of(pid_t pid) {
  const std::vector<pid_t> children = run::Children(pid).list();
  return children.size() == 1 ? children.front() : 0;
}
/// The process that was started, its janitor, the runner (run/janitor.hpp). The front's other child is the keeper.
std::array<pid_t, 3> trio(pid_t front) {
  std::array<pid_t, 3> found{front, 0, 0};
  const std::vector<pid_t> keepers = processes_called("iceoryx keeper");
  for (const pid_t child : run::Children(front).list()) {
    if (std::ranges::find(keepers, child) == keepers.end()) { found = {front, child, only_child_of(child)}; }
  }
  return found;
}

/// Until so many runs hold on to a daemon that is ready.
bool has_users(std::ptrdiff_t count) {
  return eventually([count] { return users() == count && env::iceoryx_daemon_listens(); });
}

class IceoryxRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string missing = env::missing_iceoryx_module(); !missing.empty()) { GTEST_SKIP() << missing; }
    if (const std::string missing = env::missing_iceoryx_daemon(); !missing.empty()) { GTEST_SKIP() << missing; }
    // The keeper of a test before may be about to go; that of another run stays.
    if (!eventually([] { return processes_called("iceoryx keeper").empty(); })) {
      GTEST_SKIP() << "another run of shmlab uses iceoryx";
    }
    if (env::iceoryx_daemon_listens()) { GTEST_SKIP() << "the user's own daemon of iceoryx runs"; }
  }
};

TEST_F(IceoryxRunTest, LeavesNothingInAnyLane) {
  for (const char* const lane : {"processes", "forked", "threads"}) {
    const ProgramEnd end = run_program(check_of(lane, "2s"));
    expect_sound(end);
    expect_no_daemon();
  }
}

TEST_F(IceoryxRunTest, UsesTheDaemonOfAnotherRun) {
  const ProgramEnd first = run_program({.arguments = endless_check(), .meanwhile = [](pid_t front) {
                                          EXPECT_TRUE(has_users(1));
                                          const std::vector<pid_t> before = daemons();
                                          EXPECT_EQ(before.size(), 1U);
                                          const ProgramEnd second = run_program(check_of("processes", "1s"));
                                          expect_sound(second);
                                          EXPECT_EQ(daemons(), before);
                                          kill(front, SIGINT);
                                        }});
  EXPECT_EQ(first.exit_code, 130) << first.err;
  expect_nothing_left(first);
  expect_no_daemon();
}

/// The run that started it ends first; another goes on with it, and a third finds it.
TEST_F(IceoryxRunTest, LeavesTheDaemonToAnotherRun) {
  std::atomic<pid_t> second{0};
  std::future<ProgramEnd> second_end;
  const auto meanwhile = [&](pid_t first) {
    EXPECT_TRUE(has_users(1));
    const std::vector<pid_t> before = daemons();
    // relaxed: carries no data, and is looked at until it is there
    const auto note = [&second](pid_t front) { second.store(front, std::memory_order_relaxed); };
    second_end =
        std::async(std::launch::async, [note] { return run_program({.arguments = endless_check(), .meanwhile = note}); });
    EXPECT_TRUE(has_users(2));
    ASSERT_TRUE(eventually([&second] { return second.load(std::memory_order_relaxed) != 0; }));
    kill(first, SIGINT);
    EXPECT_TRUE(eventually([first] { return kill(first, 0) != 0 && errno == ESRCH; }));
    expect_sound(run_program(check_of("processes", "1s")));
    EXPECT_EQ(daemons(), before);
    kill(second.load(std::memory_order_relaxed), SIGINT);
  };
  const ProgramEnd first = run_program({.arguments = endless_check(), .meanwhile = meanwhile});
  EXPECT_EQ(first.exit_code, 130) << first.err;
  const ProgramEnd other = second_end.get();
  EXPECT_EQ(other.exit_code, 130) << other.err;
  expect_nothing_left(other);
  expect_no_daemon();
}

TEST_F(IceoryxRunTest, LeavesNothingWhenKilled) {
  for (const std::size_t victim : {0U, 1U, 2U}) {
    const ProgramEnd end = run_program({.arguments = endless_check(), .meanwhile = [victim](pid_t front) {
                                          EXPECT_TRUE(has_users(1));
                                          const pid_t chosen = trio(front).at(victim);
                                          ASSERT_NE(chosen, 0);
                                          kill(chosen, SIGKILL);
                                        }});
    EXPECT_EQ(end.signal, SIGKILL);
    expect_nothing_left(end);
    expect_no_daemon();
  }
}

/// Whoever else may use it: it is neither stopped nor started again.
TEST_F(IceoryxRunTest, LeavesTheUsersOwnDaemonAlone) {
  std::string program = env::find_iceoryx_program();
  std::string quiet = "-l";
  std::string off = "off";
  std::array<char*, 4> arguments{program.data(), quiet.data(), off.data(), nullptr};
  posix_spawn_file_actions_t silent;
  posix_spawn_file_actions_init(&silent);
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) { posix_spawn_file_actions_addopen(&silent, fd, "/dev/null", O_WRONLY, 0); }
  pid_t own = 0;
  ASSERT_EQ(posix_spawn(&own, program.c_str(), &silent, nullptr, arguments.data(), environ), 0);
  posix_spawn_file_actions_destroy(&silent);
  EXPECT_TRUE(eventually(env::iceoryx_daemon_listens));
  const ProgramEnd end = run_program(check_of("processes", "1s"));
  expect_sound(end);
  EXPECT_EQ(daemons(), std::vector{own});
  EXPECT_TRUE(env::iceoryx_daemon_listens());
  kill(own, SIGTERM);
  while (waitpid(own, nullptr, 0) < 0 && errno == EINTR) {}
}

TEST_F(IceoryxRunTest, SaysThatTheDaemonIsMissing) {
  const std::string why = "its daemon iox-roudi does not run and is not in PATH";
  const std::vector<std::pair<std::string, std::string>> nowhere{{"PATH", "/nowhere"}};
  const ProgramEnd list = run_program({.arguments = {"list", "--strategy", "iceoryx"}, .environment = nowhere});
  EXPECT_EQ(list.exit_code, 0);
  EXPECT_NE(list.out.find(why), std::string::npos) << list.out;
  const ProgramEnd check =
      run_program({.arguments = {"check", "--strategy", "iceoryx", "--scenario", "stream"}, .environment = nowhere});
  EXPECT_EQ(check.exit_code, 2);
  EXPECT_NE(check.err.find(why), std::string::npos) << check.err;
  expect_nothing_left(check);
}

/// It may go at any time: one line, or a row that says so, and the run ends.
TEST_F(IceoryxRunTest, SurvivesADaemonThatCannotStart) {
  const testing::TestDirectory folder;
  fs::permissions(folder.file("iox-roudi", "#!/bin/sh\nexit 1\n"), fs::perms::owner_all);
  const ProgramEnd end = run_program({.arguments = {"check", "--strategy", "iceoryx", "--scenario", "stream", "--budget", "1s"},
                                      .environment = {{"PATH", folder.path()}}});
  EXPECT_NE((end.out + end.err).find("the daemon of iceoryx ended as soon as it was started"), std::string::npos)
      << end.out << end.err;
  EXPECT_EQ(end.signal, 0);
  expect_nothing_left(end);
  expect_no_daemon();
}

}  // namespace
}  // namespace shmlab::cli
