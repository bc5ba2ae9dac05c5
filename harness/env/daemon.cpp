#include "env/daemon.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <initializer_list>

namespace shmlab::env {
namespace {

[[noreturn]] void be_daemon() {
  setsid();                    // cannot fail: a new child leads no process group
  prctl(PR_SET_PDEATHSIG, 0);  // cannot fail
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) { std::signal(signal, SIG_IGN); }
  for (;;) { pause(); }
}

}  // namespace

void leave_daemon() {
  const pid_t parent = fork();
  if (parent == 0) {
    if (fork() == 0) { be_daemon(); }
    _exit(EXIT_SUCCESS);
  }
  while (parent > 0 && waitpid(parent, nullptr, 0) < 0 && errno == EINTR) {}
}

}  // namespace shmlab::env
