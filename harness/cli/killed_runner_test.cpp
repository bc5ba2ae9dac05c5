#include <fcntl.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "cli/testing/shmlab_binary.hpp"

namespace shmlab::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kills = 50;
constexpr milliseconds latest_kill{400};  ///< after the start: set-up, canaries and timed runs all fall below
/// Far above what a clean-up takes; the test prints what it took.
constexpr std::chrono::seconds watchdog{30};

/// Every process that descends from one that was started with this mark has it in its environment.
std::string mark() {
  return fmt::format("SHMLAB_KILLED_RUNNER_TEST={}", getpid());
}

std::set<std::string> processes_with_mark() {
  std::set<std::string> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (!std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c) != 0; })) { continue; }
    std::ifstream file(entry.path() / "environ", std::ios::binary);  // a process that has ended has none
    const std::string environment((std::istreambuf_iterator<char>(file)), {});
    if (environment.find(mark()) != std::string::npos) { found.insert(name); }
  }
  return found;
}

/// What the run of that leader has in /dev/shm and in the directory of file regions: its names begin with its PID.
std::set<std::string> names_of(pid_t leader) {
  const std::string prefix = fmt::format("shmlab-{:06x}", leader);
  std::set<std::string> names;
  for (const fs::path& folder : {fs::path("/dev/shm"), fs::temp_directory_path()}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      if (name.find(prefix) != std::string::npos) { names.insert(name); }
    }
  }
  return names;
}

pid_t start(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) { argv.push_back(argument.data()); }
  argv.push_back(nullptr);
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) { environment.emplace_back(*entry); }
  environment.push_back(mark());
  std::vector<char*> envp;
  for (std::string& entry : environment) { envp.push_back(entry.data()); }
  envp.push_back(nullptr);
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) { posix_spawn_file_actions_addopen(&quiet, fd, "/dev/null", O_WRONLY, 0); }
  pid_t pid = 0;
  EXPECT_EQ(posix_spawn(&pid, argv[0], &quiet, nullptr, argv.data(), envp.data()), 0);
  posix_spawn_file_actions_destroy(&quiet);
  return pid;
}

void wait_for_end(pid_t pid) {
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {}
}

/// Waits until `condition` holds at two looks in a row (a process in the middle of an exec has no environment for a moment), or the
/// watchdog barks; how long it took.
template <class Condition>
milliseconds wait_until(Condition condition) {
  const auto begin = steady_clock::now();
  for (int looks = 0; looks < 2 && steady_clock::now() - begin < watchdog;) {
    looks = condition() ? looks + 1 : 0;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
}

/// Until nothing is left of that run; how long it took.
milliseconds clean_up_time(pid_t leader) {
  const milliseconds took = wait_until([&] { return processes_with_mark().empty() && names_of(leader).empty(); });
  EXPECT_EQ(processes_with_mark(), std::set<std::string>{});
  EXPECT_EQ(names_of(leader), std::set<std::string>{});
  return took;
}

TEST(KilledRunnerTest, LeavesNoProcessAndNoName) {
  const fs::path out = fs::temp_directory_path() / fmt::format("killed_runner_test.{}.json", getpid());
  // Named objects and every lane: what could be left behind.
  const std::string program = testing::shmlab_binary();
  const std::vector<std::vector<std::string>> commands{
      {program, "bench", "--profile", "smoke", "--strategy", "named_semaphore", "--region", "posix_shm", "--out", out.string()},
      {program, "bench", "--profile", "smoke", "--scenario", "parent_child", "--out", out.string()},
      {program, "check", "--strategy", "named_semaphore", "--budget", "60s"},
      {program, "check", "--lane", "processes", "--budget", "60s"},
      {program, "check", "--lane", "threads", "--budget", "60s"},
  };
  std::mt19937 random(20260101);
  std::uniform_int_distribution<long> moment(0, latest_kill.count());
  milliseconds slowest{0};
  for (int i = 0; i < kills && !::testing::Test::HasFailure(); ++i) {
    const pid_t runner = start(commands[static_cast<std::size_t>(i) % commands.size()]);
    std::this_thread::sleep_for(milliseconds(moment(random)));
    kill(runner, SIGKILL);
    wait_for_end(runner);
    slowest = std::max(slowest, clean_up_time(runner));
  }
  fs::remove(out);
  fmt::print("slowest clean-up after kill -9: {} ms\n", slowest.count());
}

/// The finder of what is left does find: a process with the mark, and a name of its run.
TEST(KilledRunnerTest, WouldSeeWhatIsLeft) {
  const pid_t sleeper = start({"/bin/sleep", "1000"});
  const std::set<std::string> expected{std::to_string(sleeper)};
  wait_until([&] { return processes_with_mark() == expected; });
  EXPECT_EQ(processes_with_mark(), expected);
  const fs::path name = fs::path("/dev/shm") / fmt::format("sem.shmlab-{:06x}-left", sleeper);
  std::ofstream(name) << "left";
  EXPECT_EQ(names_of(sleeper), std::set<std::string>{name.filename().string()});
  fs::remove(name);
  kill(sleeper, SIGKILL);
  wait_for_end(sleeper);
}

}  // namespace
}  // namespace shmlab::cli
