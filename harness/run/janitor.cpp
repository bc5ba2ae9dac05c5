#include "run/janitor.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include "run/child.hpp"
#include "shm/run_names.hpp"

namespace shmlab::run {
namespace {

pid_t janitor_pid = 0;
pid_t janitor_owner = 0;

void keep_only(int fd) {
  // close_range(2) is there since Linux 5.9; without it the descriptors stay open, which costs a pipe's reader a moment at our end.
  if (fd > 0) { syscall(SYS_close_range, 0, fd - 1, 0); }
  syscall(SYS_close_range, fd + 1, ~0U, 0);
}

[[noreturn]] void wait_and_sweep(int runner) {
  setsid();  // cannot fail: a new child leads no process group
  for (const int signal : {SIGINT, SIGHUP, SIGTERM}) { std::signal(signal, SIG_IGN); }
  keep_only(runner);
  pollfd ended{.fd = runner, .events = POLLIN, .revents = 0};
  while (poll(&ended, 1, -1) < 0 && errno == EINTR) {}
  shm::sweep(shm::run_id());
  _exit(EXIT_SUCCESS);
}

void dismiss() {
  if (getpid() != janitor_owner) { return; }  // a forked child inherits atexit handlers
  kill(janitor_pid, SIGKILL);
  waitpid(janitor_pid, nullptr, 0);
  shm::sweep(shm::run_id());
}

}  // namespace

void start_janitor() {
  shm::sweep_stale();
  shm::run_id();  // made before the fork, so that both know it
  const int self = open_pidfd(getpid());
  const pid_t pid = fork();
  if (pid < 0) { throw std::system_error(errno, std::generic_category(), "fork (janitor)"); }
  if (pid == 0) { wait_and_sweep(self); }
  close(self);
  janitor_pid = pid;
  janitor_owner = getpid();
  std::atexit(dismiss);
}

}  // namespace shmlab::run
