#include "check/interruptions.hpp"

#include <unistd.h>

#include <csignal>

namespace shmlab::check {
namespace {

/// Not one that a terminal, a supervisor or a program's own user sends.
int number() {
  return SIGRTMIN + 4;
}

void do_nothing(int /*signal*/) {}

void install_handler() {
  struct sigaction action{};
  action.sa_handler = do_nothing;
  sigemptyset(&action.sa_mask);
  sigaction(number(), &action, nullptr);  // cannot fail: a valid signal that may be caught
}

}  // namespace

Interruptions::Interruptions() {
  install_handler();
  // Linux, timer_create(2): SIGEV_THREAD_ID sends the signal to one thread.
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = number();
  event._sigev_un._tid = gettid();  // glibc 2.36 has no public name for it
  timer_t timer{};
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) { return; }
  const timespec every{0, std::chrono::nanoseconds(period).count()};
  const itimerspec times{.it_interval = every, .it_value = every};
  timer_settime(timer, 0, &times, nullptr);  // cannot fail: a valid timer and time
  timer_ = timer;
}

Interruptions::~Interruptions() {
  if (timer_) { timer_delete(*timer_); }  // cannot fail: a valid timer
}

}  // namespace shmlab::check
