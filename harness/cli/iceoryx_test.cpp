#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <system_error>
#include <vector>

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

pid_t only_child_of(pid_t pid) {
  const std::vector<pid_t> children = run::Children(pid).list();
  return children.size() == 1 ? children.front() : 0;
}
/// The process that was started, its janitor, the runner (run/janitor.hpp). The front's other child is the keeper.
std::array<pid_t, 3> trio(pid_t front) {
  std::array<pid_t, 3> found{front, 0, 0};
  for (const pid_t child : run::Children(front).list()) {
    if (const pid_t below = only_child_of(child); below != 0 && daemons() != std::vector{below}) {
      found = {front, child, below};
    }
  }
  return found;
}

class IceoryxRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string missing = env::missing_iceoryx_module(); !missing.empty()) { GTEST_SKIP() << missing; }
    if (env::find_iceoryx_program().empty()) { GTEST_SKIP() << env::missing_iceoryx_daemon(); }
    if (env::iceoryx_daemon_listens()) { GTEST_SKIP() << "the user's own daemon of iceoryx runs"; }
  }
};

TEST_F(IceoryxRunTest, LeavesNothingInAnyLane) {
  for (const char* const lane : {"processes", "forked", "threads"}) {
    const ProgramEnd end = run_program(check_of(lane, "2s"));
    EXPECT_EQ(end.exit_code, 0) << lane << ": " << end.out << end.err;
    EXPECT_EQ(end.err, "") << lane;
    expect_nothing_left(end);
    expect_no_daemon();
  }
}

TEST_F(IceoryxRunTest, UsesTheDaemonOfAnotherRun) {
  const ProgramEnd first = run_program({.arguments = check_of("processes", "600s"), .meanwhile = [](pid_t front) {
                                          EXPECT_TRUE(eventually([] { return users() == 1; }));
                                          const std::vector<pid_t> before = daemons();
                                          EXPECT_EQ(before.size(), 1U);
                                          const ProgramEnd second = run_program(check_of("processes", "1s"));
                                          EXPECT_EQ(second.exit_code, 0) << second.out << second.err;
                                          expect_nothing_left(second);
                                          EXPECT_EQ(daemons(), before);
                                          kill(front, SIGINT);
                                        }});
  EXPECT_EQ(first.exit_code, 130) << first.err;
  expect_nothing_left(first);
  expect_no_daemon();
}

TEST_F(IceoryxRunTest, LeavesTheDaemonToAnotherRun) {
  std::future<ProgramEnd> second;
  const ProgramEnd first =
      run_program({.arguments = check_of("processes", "600s"), .meanwhile = [&second](pid_t front) {
                     EXPECT_TRUE(eventually([] { return users() == 1; }));
                     const std::vector<pid_t> before = daemons();
                     second = std::async(std::launch::async, [] { return run_program(check_of("processes", "5s")); });
                     EXPECT_TRUE(eventually([] { return users() == 2; }));
                     kill(front, SIGINT);
                     EXPECT_TRUE(eventually([front] { return kill(front, 0) != 0 && errno == ESRCH; }));
                     EXPECT_EQ(daemons(), before);
                   }});
  EXPECT_EQ(first.exit_code, 130) << first.err;
  const ProgramEnd other = second.get();
  EXPECT_EQ(other.exit_code, 0) << other.out << other.err;
  expect_nothing_left(other);
  expect_no_daemon();
}

TEST_F(IceoryxRunTest, LeavesNothingWhenKilled) {
  for (const std::size_t victim : {0U, 1U, 2U}) {
    const ProgramEnd end = run_program({.arguments = check_of("processes", "600s"), .meanwhile = [victim](pid_t front) {
                                          EXPECT_TRUE(eventually([] { return users() == 1; }));
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
  EXPECT_EQ(end.exit_code, 0) << end.out << end.err;
  expect_nothing_left(end);
  EXPECT_EQ(daemons(), std::vector{own});
  EXPECT_TRUE(env::iceoryx_daemon_listens());
  kill(own, SIGTERM);
  while (waitpid(own, nullptr, 0) < 0 && errno == EINTR) {}
}

TEST_F(IceoryxRunTest, SaysThatTheDaemonIsMissing) {
  const ProgramEnd end = run_program({.arguments = check_of("processes", "1s"), .environment = {{"PATH", "/nowhere"}}});
  EXPECT_NE((end.out + end.err).find("iox-roudi does not run and is not in PATH"), std::string::npos) << end.out << end.err;
  EXPECT_EQ(end.signal, 0);
  expect_nothing_left(end);
}

}  // namespace
}  // namespace shmlab::cli
