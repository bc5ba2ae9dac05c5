#include <fcntl.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "cli/testing/shmlab_binary.hpp"
#include "run/children.hpp"
#include "run/run_cgroup.hpp"

namespace shmlab::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kills = 100;
constexpr std::size_t at_a_time = 2;
constexpr milliseconds latest_kill{400};  ///< after the start: set-up, canaries and timed runs all fall below
/// Far above what a clean-up takes; the test prints what it took.
constexpr std::chrono::seconds watchdog{30};

/// Every process that descends from one that was started with this mark has it in its environment.
std::string mark(int number) {
  return fmt::format("SHMLAB_KILLED_RUNNER_TEST={}.{}.", getpid(), number);
}

std::set<pid_t> processes_with_mark(int number) {
  std::set<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (!std::ranges::all_of(name, [](unsigned char c) { return std::isdigit(c) != 0; })) { continue; }
    std::ifstream file(entry.path() / "environ", std::ios::binary);  // a process that has ended has none
    const std::string environment((std::istreambuf_iterator<char>(file)), {});
    if (environment.find(mark(number)) != std::string::npos) { found.insert(std::stoi(name)); }
  }
  return found;
}

/// What the kernel says of those who are left, for the report of a failure.
std::string described(const std::set<pid_t>& pids) {
  std::string text;
  for (const pid_t pid : pids) {
    for (const char* file : {"stat", "cmdline", "wchan"}) {
      std::ifstream stream(fmt::format("/proc/{}/{}", pid, file));
      std::string line;
      std::getline(stream, line);
      std::ranges::replace(line, '\0', ' ');
      text += line + "\n";
    }
  }
  return text;
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What the run of that leader has in /dev/shm, in the directory of file regions and among cgroups: its names begin with its PID.
std::set<std::string> names_of(pid_t leader) {
  const std::string prefix = fmt::format("shmlab-{:06x}", leader);
  std::set<std::string> names;
  std::vector<fs::path> folders{"/dev/shm", fs::temp_directory_path()};
  const auto cgroup = run::cgroup_directory(text_of("/proc/self/cgroup"), text_of("/proc/self/mountinfo"));
  if (cgroup) { folders.push_back(*cgroup); }
  for (const fs::path& folder : folders) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      if (name.find(prefix) != std::string::npos) { names.insert(name); }
    }
  }
  return names;
}

pid_t start(std::vector<std::string> arguments, int number) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) { argv.push_back(argument.data()); }
  argv.push_back(nullptr);
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) { environment.emplace_back(*entry); }
  environment.push_back(mark(number));
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

/// The only child of a process; 0: it has none.
pid_t child_of(pid_t pid) {
  try {
    const std::vector<pid_t> children = run::Children(pid).list();
    return children.empty() ? 0 : children.front();
  } catch (const std::system_error&) { return 0; }  // it is gone
}

/// The three that a run consists of (run/janitor.hpp), as far as they are there.
struct Trio {
  explicit Trio(pid_t started) : front(started), janitor(child_of(front)), runner(janitor == 0 ? 0 : child_of(janitor)) {}
  pid_t front;
  pid_t janitor;
  pid_t runner;

  [[nodiscard]] pid_t one(std::size_t which) const {
    const pid_t chosen = std::array{front, janitor, runner}[which];
    return chosen == 0 ? front : chosen;
  }
  void signal(int number) const {
    for (const pid_t pid : {front, janitor, runner}) {
      if (pid != 0) { kill(pid, number); }
    }
  }
};

/// Until nothing is left of that run; how long it took.
milliseconds clean_up_time(pid_t leader, int number) {
  const milliseconds took = wait_until([&] { return processes_with_mark(number).empty() && names_of(leader).empty(); });
  const std::set<pid_t> left = processes_with_mark(number);
  EXPECT_TRUE(left.empty()) << described(left);
  EXPECT_EQ(names_of(leader), std::set<std::string>{});
  return took;
}

std::vector<std::vector<std::string>> commands(const fs::path& out) {
  const std::string program = testing::shmlab_binary();
  // Named objects, daemons and every lane: what could be left behind.
  std::vector<std::vector<std::string>> all{
      {program, "bench", "--profile", "smoke", "--strategy", "named_semaphore", "--region", "posix_shm", "--out", out.string()},
      {program, "bench", "--profile", "smoke", "--scenario", "parent_child", "--out", out.string()},
      {program, "check", "--strategy", "named_semaphore", "--budget", "60s"},
      {program, "check", "--lane", "processes", "--budget", "60s"},
      {program, "check", "--lane", "threads", "--budget", "60s"},
      {program, "check", "--lane", "scheduled", "--budget", "60s"},
      {program, "crash", "--strategy", "daemonising_lock"},
      {program, "check", "--strategy", "iceoryx", "--budget", "60s"},
  };
  for (const char* lane : {"processes", "forked", "threads"}) {
    all.push_back({program, "check", "--strategy", "daemonising_lock", "--lane", lane, "--budget", "60s"});
  }
  return all;
}

struct Slowest {
  std::array<milliseconds, 3> of{};  ///< by who was killed, as Trio::one()
};

/// Starts and kills its share of the runners, one after the other.
void kill_some(std::size_t share, const fs::path& out, Slowest& slowest) {
  const auto chosen = commands(out);
  std::mt19937 random(20260101 + static_cast<unsigned>(share));
  std::uniform_int_distribution<long> moment(0, latest_kill.count());
  std::uniform_int_distribution<std::size_t> whom(0, 2);
  for (int i = static_cast<int>(share); i < kills && !::testing::Test::HasFailure(); i += at_a_time) {
    const pid_t front = start(chosen[static_cast<std::size_t>(i) / at_a_time % chosen.size()], i);
    std::this_thread::sleep_for(milliseconds(moment(random)));
    const std::size_t victim = whom(random);
    kill(Trio(front).one(victim), SIGKILL);
    slowest.of[victim] = std::max(slowest.of[victim], clean_up_time(front, i));
    wait_for_end(front);
  }
}

TEST(KilledRunnerTest, LeavesNoProcessAndNoName) {
  const fs::path out = fs::temp_directory_path() / fmt::format("killed_runner_test.{}.", getpid());
  std::array<Slowest, at_a_time> slowest;
  {
    std::vector<std::jthread> killers;
    for (std::size_t share = 0; share < at_a_time; ++share) {
      killers.emplace_back([&, share] { kill_some(share, out.string() + std::to_string(share), slowest[share]); });
    }
  }
  for (std::size_t share = 0; share < at_a_time; ++share) { fs::remove(out.string() + std::to_string(share)); }
  for (const auto& [name, victim] : {std::pair("process that was started", 0U), {"janitor", 1U}, {"runner", 2U}}) {
    const auto time = std::max(slowest[0].of[victim], slowest[1].of[victim]);
    fmt::print("slowest clean-up after kill -9 of the {}: {} ms\n", name, time.count());
  }
}

/// Of whom the janitor is none: who leads a session has left the one that it was started in.
std::set<pid_t> daemons(int number, const Trio& run) {
  std::set<pid_t> found;
  for (const pid_t pid : processes_with_mark(number)) {
    if (pid != run.janitor && getsid(pid) == pid) { found.insert(pid); }
  }
  return found;
}

void end_all_with_mark(int number) {
  wait_until([number] {
    const std::set<pid_t> left = processes_with_mark(number);
    for (const pid_t pid : left) { kill(pid, SIGKILL); }
    return left.empty();
  });
}

struct Remains {
  pid_t leader = 0;
  std::set<pid_t> daemons;
};

/// Of a run whose three are killed at once while there is a daemon below them.
Remains killed_all_three(int number) {
  const pid_t front =
      start({testing::shmlab_binary(), "check", "--strategy", "daemonising_lock", "--lane", "forked", "--budget", "60s"}, number);
  wait_until([&] { return !daemons(number, Trio(front)).empty(); });
  const Trio run(front);
  run.signal(SIGSTOP);
  run.signal(SIGKILL);
  wait_for_end(front);
  wait_until([&] { return processes_with_mark(number) == daemons(number, run); });  // the others die with the runner
  return {front, daemons(number, run)};
}

/// Whoever starts next sweeps what the dead left.
void start_another_run() {
  const pid_t next = start({testing::shmlab_binary(), "crash", "--fault", "truncation"}, kills + 3);
  wait_for_end(next);
}

/// Daemons are among those that the tests above watch for, and stay when nobody is there to end them: all three are killed at once.
TEST(KilledRunnerTest, WouldSeeADaemon) {
  constexpr int number = kills;
  std::set<pid_t> left;
  const auto bark = steady_clock::now() + watchdog;
  while (left.empty() && steady_clock::now() < bark) {
    const Remains remains = killed_all_three(number);
    left = remains.daemons;
    end_all_with_mark(number);
    start_another_run();
    EXPECT_EQ(names_of(remains.leader), std::set<std::string>{});
  }
  EXPECT_FALSE(left.empty());
}

/// In a cgroup of their own they are found after all, by the next run.
TEST(KilledRunnerTest, TheNextRunEndsTheDaemonsOfThreeWhoAreDead) {
  if (const std::string why_not = run::run_cgroup_obstacle(); !why_not.empty()) { GTEST_SKIP() << why_not; }
  constexpr int number = kills + 2;
  const auto bark = steady_clock::now() + watchdog;
  Remains remains;
  while (remains.daemons.empty() && steady_clock::now() < bark) { remains = killed_all_three(number); }
  ASSERT_FALSE(remains.daemons.empty());
  start_another_run();
  clean_up_time(remains.leader, number);
}

/// The finder of what is left does find: a process with the mark, and a name of its run.
TEST(KilledRunnerTest, WouldSeeWhatIsLeft) {
  constexpr int number = kills + 1;
  const pid_t sleeper = start({"/bin/sleep", "1000"}, number);
  const std::set<pid_t> expected{sleeper};
  wait_until([&] { return processes_with_mark(number) == expected; });
  EXPECT_EQ(processes_with_mark(number), expected);
  const fs::path name = fs::path("/dev/shm") / fmt::format("sem.shmlab-{:06x}-left", sleeper);
  std::ofstream(name) << "left";
  EXPECT_EQ(names_of(sleeper), std::set<std::string>{name.filename().string()});
  fs::remove(name);
  kill(sleeper, SIGKILL);
  wait_for_end(sleeper);
}

}  // namespace
}  // namespace shmlab::cli
