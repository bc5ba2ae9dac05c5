#include "run/die_with_parent.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace shmlab::run {

void die_with_parent(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // cannot fail: a valid signal
  if (getppid() != parent) { _exit(EXIT_FAILURE); }
}

}  // namespace shmlab::run
