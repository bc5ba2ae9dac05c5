#pragma once

#include <new>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/native_pthread_mutex.hpp"
#include "strategies/pthread_mutex_robust.hpp"

namespace shmlab::strategies::pthread_mutex_pi_robust {

/// The robust mutex with priority inheritance.
template <class Env>
class PthreadMutexPiRobust : public pthread_mutex_robust::PthreadMutexRobust<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "pthread_mutex_pi_robust",
      .summary = "process-shared robust POSIX mutex with priority inheritance: the kernel hands it over, from the dead as well",
      .source =
          "pthread_mutexattr_setprotocol(3p); futex(2), FUTEX_LOCK_PI; Sha, Rajkumar, Lehoczky, Priority Inheritance Protocols, "
          "IEEE Transactions on Computers 39(9), 1990",
      .waiting = Waiting::parks,
      .contract = {.holder = OnDeath::recovers, .waiter = OnDeath::unaffected}};

  using typename pthread_mutex_robust::PthreadMutexRobust<Env>::Shared;
  static void create(void* memory, const Config& /*config*/) {
    (new (memory) Shared)->create(env::Robustness::robust, env::Inheritance::priority);
  }
  using pthread_mutex_robust::PthreadMutexRobust<Env>::PthreadMutexRobust;
};

using Plugins = Variants<PthreadMutexPiRobust>;

}  // namespace shmlab::strategies::pthread_mutex_pi_robust
