#include "run/testing/misdeed.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <thread>

namespace shmlab::run::testing {
namespace {

void fork_many(int count) {
  for (int i = 0; i < count; ++i) {
    const pid_t child = fork();
    if (child < 0) { return; }
    if (child == 0) {
      for (;;) { pause(); }
    }
  }
}

void commit(std::string_view misdeed) {
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // into the body, or before it: the verdict is the same
  if (misdeed == "leave") { _exit(EXIT_SUCCESS); }
  if (misdeed == "stop") { raise(SIGSTOP); }
  if (misdeed == "close") { syscall(SYS_close_range, 0, std::numeric_limits<int>::max(), 0); }
  if (misdeed == "bomb") { fork_many(50); }
  if (misdeed == "swarm") { fork_many(std::numeric_limits<int>::max()); }
}

}  // namespace

void begin_misdeed() {
  const char* const misdeed = std::getenv(misdeed_variable);
  if (misdeed != nullptr) { std::thread(commit, std::string_view(misdeed)).detach(); }
}

}  // namespace shmlab::run::testing
