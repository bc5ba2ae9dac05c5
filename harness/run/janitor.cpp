#include "run/janitor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <limits>
#include <system_error>

#include "run/child.hpp"
#include "shm/run_names.hpp"

namespace shmlab::run {
namespace {

pid_t janitor_pid = 0;
pid_t janitor_owner = 0;

void close_between(int first, int last) {
  // close_range(2) is there since Linux 5.9; without it the descriptors stay open, which costs a pipe's reader a moment at our end.
  if (first <= last) { syscall(SYS_close_range, first, last, 0); }
}

void keep_only(int one, int other) {
  const auto [low, high] = std::minmax(one, other);
  close_between(0, low - 1);
  close_between(low + 1, high - 1);
  close_between(high + 1, std::numeric_limits<int>::max());
}

/// Until nobody has the other end of the pipe.
void await_end_of(int pipe) {
  char nothing = 0;
  while (read(pipe, &nothing, 1) < 0 && errno == EINTR) {}
}

[[noreturn]] void wait_and_sweep(int runner, int workers) {
  setsid();  // cannot fail: a new child leads no process group
  for (const int signal : {SIGINT, SIGHUP, SIGTERM}) { std::signal(signal, SIG_IGN); }
  keep_only(runner, workers);
  pollfd ended{.fd = runner, .events = POLLIN, .revents = 0};
  while (poll(&ended, 1, -1) < 0 && errno == EINTR) {}
  shm::sweep(shm::run_id());
  // Workers die with the runner, but not in the same instant, and one that conducts a search of schedules makes names until then.
  await_end_of(workers);
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
  std::array<int, 2> workers{};  // every process forked from this one keeps the second end until it dies; nobody writes to it
  if (pipe2(workers.data(), O_CLOEXEC) != 0) { throw std::system_error(errno, std::generic_category(), "pipe2 (janitor)"); }
  const pid_t pid = fork();
  if (pid < 0) { throw std::system_error(errno, std::generic_category(), "fork (janitor)"); }
  if (pid == 0) { wait_and_sweep(self, workers[0]); }
  close(self);
  close(workers[0]);
  janitor_pid = pid;
  janitor_owner = getpid();
  std::atexit(dismiss);
}

}  // namespace shmlab::run
