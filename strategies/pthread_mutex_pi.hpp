#pragma once

#include <new>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/native_pthread_mutex.hpp"
#include "strategies/pthread_mutex.hpp"

namespace shmlab::strategies::pthread_mutex_pi {

/// The mutex of the default kind whose holder runs with the priority of whoever waits for it: the kernel hands it over.
template <class Env>
class PthreadMutexPi : public pthread_mutex::PthreadMutex<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "pthread_mutex_pi",
      .summary = "process-shared POSIX mutex with priority inheritance: every contended unlock hands it over in the kernel",
      .source =
          "pthread_mutexattr_setprotocol(3p); futex(2), FUTEX_LOCK_PI; Sha, Rajkumar, Lehoczky, Priority Inheritance Protocols, "
          "IEEE Transactions on Computers 39(9), 1990",
      .waiting = Waiting::parks,
      // The kernel hands the mutex of the dead to a waiter, whom an assertion of glibc then ends; newcomers wait for ever. A waiter may
      // have become the holder, without knowing, when it dies.
      .contract = {.holder = OnDeath::aborts, .waiter = OnDeath::aborts}};

  using typename pthread_mutex::PthreadMutex<Env>::Shared;
  static void create(void* memory, const Config& /*config*/) {
    (new (memory) Shared)->create(env::Robustness::stalled, env::Inheritance::priority);
  }
  using pthread_mutex::PthreadMutex<Env>::PthreadMutex;
};

using Plugins = Variants<PthreadMutexPi>;

}  // namespace shmlab::strategies::pthread_mutex_pi
