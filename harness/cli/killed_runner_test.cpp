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

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.find("shmlab-") != std::string::npos) { names.insert(name); }
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

/// Until nothing is left, or the watchdog barks; how long it took.
milliseconds clean_up_time(const std::set<std::string>& shm_before, const std::set<std::string>& tmp_before) {
  const auto begin = steady_clock::now();
  const auto clean = [&] {
    return processes_with_mark().empty() && names_in("/dev/shm") == shm_before &&
           names_in(fs::temp_directory_path()) == tmp_before;
  };
  while (!clean() && steady_clock::now() - begin < watchdog) { std::this_thread::sleep_for(milliseconds(5)); }
  EXPECT_EQ(processes_with_mark(), std::set<std::string>{});
  EXPECT_EQ(names_in("/dev/shm"), shm_before);
  EXPECT_EQ(names_in(fs::temp_directory_path()), tmp_before);
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
}

class KilledRunnerTest : public ::testing::Test {
 protected:
  const std::set<std::string> shm_before_ = names_in("/dev/shm");
  const std::set<std::string> tmp_before_ = names_in(fs::temp_directory_path());
  const fs::path out_ = fs::temp_directory_path() / fmt::format("killed_runner_test.{}.json", getpid());
};

TEST_F(KilledRunnerTest, LeavesNoProcessAndNoName) {
  // Named objects and every lane: what could be left behind.
  const std::vector<std::vector<std::string>> commands{
      {SHMLAB_BINARY, "bench", "--profile", "smoke", "--strategy", "named_semaphore", "--region", "posix_shm", "--out",
       out_.string()},
      {SHMLAB_BINARY, "bench", "--profile", "smoke", "--scenario", "parent_child", "--out", out_.string()},
      {SHMLAB_BINARY, "check", "--strategy", "named_semaphore", "--budget", "60s"},
      {SHMLAB_BINARY, "check", "--lane", "processes", "--budget", "60s"},
      {SHMLAB_BINARY, "check", "--lane", "threads", "--budget", "60s"},
  };
  std::mt19937 random(20260101);
  std::uniform_int_distribution<long> moment(0, latest_kill.count());
  milliseconds slowest{0};
  for (int i = 0; i < kills; ++i) {
    const pid_t runner = start(commands[static_cast<std::size_t>(i) % commands.size()]);
    std::this_thread::sleep_for(milliseconds(moment(random)));
    kill(runner, SIGKILL);
    wait_for_end(runner);
    slowest = std::max(slowest, clean_up_time(shm_before_, tmp_before_));
    if (HasFailure()) { break; }
  }
  fs::remove(out_);
  fmt::print("slowest clean-up after kill -9: {} ms\n", slowest.count());
}

/// The finder of what is left does find: a process with the mark and a name.
TEST_F(KilledRunnerTest, WouldSeeWhatIsLeft) {
  const pid_t sleeper = start({"/bin/sleep", "1000"});
  EXPECT_EQ(processes_with_mark(), std::set<std::string>{std::to_string(sleeper)});
  kill(sleeper, SIGKILL);
  wait_for_end(sleeper);
  const fs::path name = fs::path("/dev/shm") / fmt::format("shmlab-killed-runner-test-{}", getpid());
  std::ofstream(name) << "left";
  EXPECT_NE(names_in("/dev/shm"), shm_before_);
  fs::remove(name);
}

TEST_F(KilledRunnerTest, InterruptCleansUpAndSaysSo) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const pid_t runner = start({SHMLAB_BINARY, "check", "--lane", "processes", "--budget", "60s"});
    std::this_thread::sleep_for(milliseconds(200));
    kill(runner, signal);
    int status = 0;
    while (waitpid(runner, &status, 0) < 0 && errno == EINTR) {}
    // Before the handlers are in place the signal itself ends the program, with nothing to clean up.
    const bool by_handler = WIFEXITED(status) && WEXITSTATUS(status) == 130;
    const bool by_signal = WIFSIGNALED(status) && WTERMSIG(status) == signal;
    EXPECT_TRUE(by_handler || by_signal) << status;
    clean_up_time(shm_before_, tmp_before_);
  }
}

}  // namespace
}  // namespace shmlab::cli
