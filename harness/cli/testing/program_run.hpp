#pragma once

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "cli/testing/shmlab_binary.hpp"

namespace shmlab::cli::testing {

/// How the real program is started.
struct ProgramStart {
  std::vector<std::string> arguments{};
  std::string program{};                                           ///< another copy of shmlab than the one under test
  std::vector<std::pair<std::string, std::string>> environment{};  ///< changes to this process's
  int output = -1;                                                 ///< becomes its standard output; -1: captured
  std::function<bool()> prepare{};                 ///< in the child, last thing before exec; false: the program is not started
  std::function<void(pid_t program)> meanwhile{};  ///< in the test, once the child is there
};

/// What the program did.
struct ProgramEnd {
  int exit_code = -1;  ///< -1: not by exiting
  int signal = 0;      ///< that ended it
  std::string out;
  std::string err;
  bool prepared = true;                 ///< what ProgramStart::prepare returned
  bool left_nothing = true;             ///< every process that it started was gone a moment after it
  std::vector<std::string> names_left;  ///< of this run, in /dev/shm and the directory of file regions
};

namespace detail {

inline constexpr std::chrono::seconds watchdog{60};
/// Participants die with their runner, but not in the same instant.
inline constexpr std::chrono::seconds grace{10};

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) { throw std::system_error(errno, std::generic_category(), "pipe2"); }
  }
  ~Pipe() {
    close_reader();
    close_writer();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  [[nodiscard]] int reader() const { return ends_[0]; }
  [[nodiscard]] int writer() const { return ends_[1]; }
  void close_reader() { close_end(ends_[0]); }
  void close_writer() { close_end(ends_[1]); }

 private:
  static void close_end(int& end) {
    if (end >= 0) { close(std::exchange(end, -1)); }
  }
  std::array<int, 2> ends_{-1, -1};
};

/// What the nanny tells the test.
struct Account {
  pid_t program = 0;
  int status = 0;
  bool left_nothing = false;
};

inline constexpr int not_prepared = 251;

[[noreturn]] inline void become_program(const ProgramStart& start, int out, int err) {
  const int program = open((start.program.empty() ? shmlab_binary() : start.program).c_str(), O_RDONLY | O_CLOEXEC);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(start.output >= 0 ? start.output : out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  for (const auto& [name, value] : start.environment) { setenv(name.c_str(), value.c_str(), 1); }
  std::signal(SIGPIPE, SIG_DFL);
  // What the test has inherited is none of the program's: it would count against a limit of descriptors.
  close_range(STDERR_FILENO + 1, ~0U,
              CLOSE_RANGE_CLOEXEC);  // cannot fail: the range is right, and the flag is known since Linux 5.11
  if (start.prepare && !start.prepare()) { _exit(not_prepared); }
  std::vector<std::string> texts{"shmlab"};
  texts.insert(texts.end(), start.arguments.begin(), start.arguments.end());
  std::vector<char*> arguments;
  for (std::string& text : texts) { arguments.push_back(text.data()); }
  arguments.push_back(nullptr);
  fexecve(program, arguments.data(), environ);  // by descriptor: the path may be closed to whom `prepare` made us
  _exit(127);
}

/// Whether all children of this process, which is a subreaper, have ended in time.
inline bool all_children_gone() {
  const auto end = std::chrono::steady_clock::now() + grace;
  while (std::chrono::steady_clock::now() < end) {
    const pid_t pid = waitpid(-1, nullptr, WNOHANG);
    if (pid < 0 && errno == ECHILD) { return true; }
    if (pid == 0) { std::this_thread::sleep_for(std::chrono::milliseconds{1}); }
  }
  return false;
}

/// A process between the test and the program, to which orphans of the program fall.
[[noreturn]] inline void become_nanny(const ProgramStart& start, Pipe& out, Pipe& err, Pipe& account) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  Account told;
  told.program = fork();
  if (told.program == 0) { become_program(start, out.writer(), err.writer()); }
  out.close_writer();
  err.close_writer();
  bool written = write(account.writer(), &told, sizeof told) == sizeof told;
  waitpid(told.program, &told.status, 0);
  told.left_nothing = all_children_gone();
  written = written && write(account.writer(), &told, sizeof told) == sizeof told;
  _exit(written ? EXIT_SUCCESS : EXIT_FAILURE);
}

inline Account read_account(const Pipe& pipe) {
  Account account;
  if (read(pipe.reader(), &account, sizeof account) != sizeof account) { throw std::runtime_error("the nanny died"); }
  return account;
}

/// Reads both pipes until the program has closed them; kills it when that takes too long.
inline void read_to_end(ProgramEnd& end, const Pipe& out, const Pipe& err, pid_t program) {
  const auto overdue = std::chrono::steady_clock::now() + watchdog;
  std::array<pollfd, 2> open_ends{{{out.reader(), POLLIN, 0}, {err.reader(), POLLIN, 0}}};
  std::array<std::string*, 2> texts{&end.out, &end.err};
  while (open_ends[0].fd >= 0 || open_ends[1].fd >= 0) {
    if (std::chrono::steady_clock::now() >= overdue) {
      kill(program, SIGKILL);
      throw std::runtime_error("the program was still running when the watchdog looked");
    }
    constexpr int look_ms = 100;
    if (poll(open_ends.data(), open_ends.size(), look_ms) <= 0) { continue; }
    for (std::size_t i = 0; i < open_ends.size(); ++i) {
      if (open_ends[i].revents == 0) { continue; }
      std::array<char, 4096> buffer{};
      const ssize_t got = read(open_ends[i].fd, buffer.data(), buffer.size());
      if (got > 0) { texts[i]->append(buffer.data(), static_cast<std::size_t>(got)); }
      if (got <= 0) { open_ends[i].fd = -1; }
    }
  }
}

/// Names of regions and semaphores begin with the process that leads their run.
inline std::vector<std::string> names_of_run(pid_t leader) {
  const std::string mark = fmt::format("shmlab-{:06x}", leader);
  std::vector<std::string> found;
  for (const char* directory : {"/dev/shm", "/tmp"}) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
      if (entry.path().filename().string().find(mark) != std::string::npos) { found.push_back(entry.path().string()); }
    }
  }
  return found;
}

}  // namespace detail

/// Runs the program to its end, under a watchdog (then it throws), and finds whatever it leaves behind.
inline ProgramEnd run_program(const ProgramStart& start) {
  detail::Pipe out;
  detail::Pipe err;
  detail::Pipe account;
  const pid_t nanny = fork();
  if (nanny < 0) { throw std::system_error(errno, std::generic_category(), "fork"); }
  if (nanny == 0) { detail::become_nanny(start, out, err, account); }
  for (detail::Pipe* pipe : {&out, &err, &account}) { pipe->close_writer(); }
  ProgramEnd end;
  const pid_t program = detail::read_account(account).program;
  if (start.meanwhile) { start.meanwhile(program); }
  detail::read_to_end(end, out, err, program);
  const detail::Account told = detail::read_account(account);
  waitpid(nanny, nullptr, 0);
  if (WIFEXITED(told.status)) { end.exit_code = WEXITSTATUS(told.status); }
  if (WIFSIGNALED(told.status)) { end.signal = WTERMSIG(told.status); }
  end.prepared = end.exit_code != detail::not_prepared;
  end.left_nothing = told.left_nothing;
  end.names_left = detail::names_of_run(program);
  return end;
}

inline ProgramEnd run_program(std::vector<std::string> arguments) {
  return run_program(ProgramStart{.arguments = std::move(arguments)});
}

inline void expect_nothing_left(const ProgramEnd& end) {
  EXPECT_TRUE(end.left_nothing) << "a process was left behind";
  EXPECT_EQ(end.names_left, std::vector<std::string>{});
}

}  // namespace shmlab::cli::testing
