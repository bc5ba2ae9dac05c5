#include "run/interrupt.hpp"

#include <pthread.h>

#include <csignal>

namespace shmlab::run {
namespace {

volatile std::sig_atomic_t interrupt_flag = 0;
void on_interrupt(int /*signal*/) {
  interrupt_flag = 1;
}

void mask_interrupts(int how) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : interrupting_signals) { sigaddset(&signals, signal); }
  pthread_sigmask(how, &signals, nullptr);  // cannot fail: `how` is valid
}

}  // namespace

void hold_interrupts_back() {
  mask_interrupts(SIG_BLOCK);
}
void let_interrupts_through() {
  mask_interrupts(SIG_UNBLOCK);
}

void catch_interrupts() {
  struct sigaction action{};
  action.sa_handler = on_interrupt;  // without SA_RESTART: a waiting supervisor returns with EINTR and looks at the flag
  for (const int signal : interrupting_signals) { sigaction(signal, &action, nullptr); }  // cannot fail: valid signals
}

bool interrupted() {
  return interrupt_flag != 0;
}

void check_interrupted() {
  if (interrupted()) { throw Interrupted(); }
}

}  // namespace shmlab::run
