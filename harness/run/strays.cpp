#include "run/strays.hpp"

#include <fmt/core.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <utility>

namespace shmlab::run {
namespace {

/// What it calls itself, which it has from the participant that forked it (comm in proc(5)).
std::string name_of(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/comm", pid));
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace

void adopt_orphans() {
  prctl(PR_SET_CHILD_SUBREAPER, 1);  // cannot fail since Linux 3.4
}

Strays::Strays() : children_(getpid()), known_(children_.list()) {}

Strays::Strays(std::vector<pid_t> known) : children_(getpid()), known_(std::move(known)) {}

std::vector<pid_t> Strays::find() const {
  std::vector<pid_t> found = children_.list();
  std::erase_if(found, [this](pid_t pid) { return std::ranges::find(known_, pid) != known_.end(); });
  return found;
}

std::vector<std::string> Strays::end() {
  std::vector<std::string> ended;
  for (std::vector<pid_t> strays = find(); !strays.empty(); strays = find()) {
    for (const pid_t pid : strays) {
      ended.push_back(name_of(pid));
      kill(
          pid,
          SIGKILL);  // a child of ours that was not waited for is still that process; ESRCH cannot happen, nor EPERM by an ordinary one
    }
    for (const pid_t pid : strays) {
      siginfo_t info{};
      while (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | __WALL) != 0 && errno == EINTR) {}
    }
  }
  return ended;
}

}  // namespace shmlab::run
