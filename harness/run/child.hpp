#pragma once

#include <sys/types.h>

namespace shmlab::run {

/// How a process ended (wait(2)).
struct ExitStatus {
  bool signalled = false;
  int code = 0;  ///< exit code, or the signal
  [[nodiscard]] bool is_success() const { return !signalled && code == 0; }
};

/// A child process of ours by its pidfd: cannot be mistaken for another after a PID is reused.
/// On destruction it is killed and reaped.
class Child {
 public:
  Child() = default;
  /// Takes over a child that has not been waited for. Throws std::system_error when no descriptor is left.
  explicit Child(pid_t pid);
  ~Child();
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Readable once the process has ended.
  [[nodiscard]] int pidfd() const { return pidfd_; }
  [[nodiscard]] bool is_running() const { return pidfd_ >= 0; }
  /// SIGKILL; harmless when it has ended.
  void kill() const;
  /// Waits for its end and forgets it.
  ExitStatus reap();

 private:
  void dispose() noexcept;
  pid_t pid_ = 0;
  int pidfd_ = -1;
};

/// pidfd_open(2), for a process that cannot have been reaped yet. Throws std::system_error.
int open_pidfd(pid_t pid);
/// SIGKILL through a pidfd; harmless when the process has ended.
void kill_pidfd(int pidfd);

}  // namespace shmlab::run
