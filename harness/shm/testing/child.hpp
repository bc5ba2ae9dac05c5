#pragma once

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

namespace shmlab::shm::testing {

/// How long a test waits for something that is bound to happen.
inline constexpr std::chrono::seconds watchdog{30};

/// A forked child that runs `body` and exits with what it returns (0 .. 100). Killed and reaped at the latest by the destructor.
class Child {
 public:
  static constexpr int threw = 101;
  static constexpr int killed = -1;

  template <class Body>
  explicit Child(Body body) : pid_(fork()) {
    if (pid_ == -1) { throw std::runtime_error("fork failed"); }
    if (pid_ == 0) { _exit(run(body)); }
  }
  ~Child() {
    if (pid_ <= 0) { return; }
    kill();
    while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {}  // SIGKILL ends it
  }
  Child(Child&& other) noexcept : pid_(other.pid_) { other.pid_ = 0; }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child& operator=(Child&&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  void kill() const { ::kill(pid_, SIGKILL); }
  void signal(int number) const { ::kill(pid_, number); }

  /// Whether it is still there; reaps it when not.
  bool is_running() {
    if (pid_ > 0 && waitpid(pid_, &status_, WNOHANG) == pid_) { pid_ = 0; }
    return pid_ > 0;
  }

  /// Whether it sleeps in the kernel (proc(5), /proc/PID/stat field 3), for instance on a futex.
  [[nodiscard]] bool is_asleep() const {
    std::ifstream file(fmt::format("/proc/{}/stat", pid_));
    std::string text;
    std::getline(file, text);
    const std::size_t command_end = text.rfind(')');
    return command_end != std::string::npos && text.compare(command_end, 3, ") S") == 0;
  }

  /// Its exit code, or `killed`. Throws when it does not end: a hang is a failure.
  int wait() {
    const auto deadline = std::chrono::steady_clock::now() + watchdog;
    while (is_running()) {
      if (std::chrono::steady_clock::now() > deadline) {
        kill();
        throw std::runtime_error(fmt::format("child {} hangs", pid_));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : killed;
  }

 private:
  template <class Body>
  static int run(Body& body) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    try {
      return body();
    } catch (const std::exception& error) {
      fmt::print(stderr, "child {}: {}\n", getpid(), error.what());
      return threw;
    }
  }

  pid_t pid_;
  int status_ = 0;
};

/// Polls until `condition` holds; false after the watchdog.
template <class Condition>
bool eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + watchdog;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) { return false; }
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  return true;
}

}  // namespace shmlab::shm::testing
