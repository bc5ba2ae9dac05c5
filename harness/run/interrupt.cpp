#include "run/interrupt.hpp"

#include <csignal>

namespace shmlab::run {
namespace {

volatile std::sig_atomic_t interrupt_flag = 0;
void on_interrupt(int /*signal*/) {
  interrupt_flag = 1;
}

}  // namespace

void catch_interrupts() {
  struct sigaction action{};
  action.sa_handler = on_interrupt;  // without SA_RESTART: a waiting supervisor returns with EINTR and looks at the flag
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) { sigaction(signal, &action, nullptr); }  // cannot fail: valid signals
}

bool interrupted() {
  return interrupt_flag != 0;
}

void check_interrupted() {
  if (interrupted()) { throw Interrupted(); }
}

}  // namespace shmlab::run
