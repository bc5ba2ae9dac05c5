#include "run/child.hpp"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace shmlab::run {

int open_pidfd(pid_t pid) {
  // By number: glibc 2.36's <sys/pidfd.h> has no C++ linkage.
  const long fd = syscall(SYS_pidfd_open, pid, 0);
  if (fd < 0) { throw std::system_error(errno, std::generic_category(), "pidfd_open"); }
  return static_cast<int>(fd);
}

void kill_pidfd(int pidfd) {
  // ESRCH: it has ended already. EPERM and EBADF cannot happen for a child of ours.
  syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, nullptr, 0);
}

Child::Child(pid_t pid) : pid_(pid), pidfd_(open_pidfd(pid)) {}

Child::~Child() {
  dispose();
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, 0)), pidfd_(std::exchange(other.pidfd_, -1)) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    dispose();
    pid_ = std::exchange(other.pid_, 0);
    pidfd_ = std::exchange(other.pidfd_, -1);
  }
  return *this;
}

void Child::kill() const {
  if (is_running()) { kill_pidfd(pidfd_); }
}

ExitStatus Child::reap() {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED) != 0 && errno == EINTR) {}  // ECHILD cannot happen: it is ours
  close(pidfd_);
  pidfd_ = -1;
  return {info.si_code != CLD_EXITED, info.si_status};
}

void Child::dispose() noexcept {
  if (!is_running()) { return; }
  kill();
  reap();
}

}  // namespace shmlab::run
