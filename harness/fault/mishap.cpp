#include "fault/mishap.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

namespace shmlab::fault {
namespace {

/// 0 in the child.
pid_t fork_or_throw() {
  const pid_t pid = fork();
  if (pid < 0) { throw std::system_error(errno, std::generic_category(), "fork"); }
  return pid;
}

void have_a_child_that_ends() {
  const pid_t pid = fork_or_throw();
  if (pid == 0) { _exit(EXIT_SUCCESS); }
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {}
}

/// It has everything that we had: the mapping, and what is open.
[[noreturn]] void stay_while_there_is(int director) {
  pollfd ended{.fd = director, .events = POLLIN, .revents = 0};
  while (poll(&ended, 1, -1) < 0 && errno == EINTR) {}
  _exit(EXIT_SUCCESS);
}

void leave_a_child() {
  // By number: glibc 2.36's <sys/pidfd.h> has no C++ linkage.
  const long director = syscall(SYS_pidfd_open, getppid(), 0);
  if (director < 0) { throw std::system_error(errno, std::generic_category(), "pidfd_open"); }
  if (fork_or_throw() == 0) { stay_while_there_is(static_cast<int>(director)); }
  kill(getpid(), SIGKILL);
}

}  // namespace

/// No signal can fail: a process may signal itself.
void suffer(Mishap mishap) {
  switch (mishap) {
    case Mishap::dies: kill(getpid(), SIGKILL); break;
    case Mishap::stops: raise(SIGSTOP); break;
    case Mishap::forks: have_a_child_that_ends(); break;
    case Mishap::forks_and_dies: leave_a_child(); break;
    case Mishap::becomes_other_program: execl("/bin/sleep", "sleep", "infinity", nullptr); _exit(EXIT_FAILURE);
  }
}

}  // namespace shmlab::fault
