#pragma once

#include <new>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "env/native_pthread_mutex.hpp"
#include "strategies/pthread_mutex.hpp"

namespace shmlab::strategies::pthread_mutex_adaptive {

/// The mutex of the default kind, except that who finds it held looks for a while whether that changes, and sleeps then.
template <class Env>
class PthreadMutexAdaptive : public pthread_mutex::PthreadMutex<Env> {
 public:
  static constexpr Descriptor descriptor{
      .name = "pthread_mutex_adaptive",
      .summary =
          "process-shared POSIX mutex that spins before it sleeps, for as long as earlier waits took (PTHREAD_MUTEX_ADAPTIVE_NP)",
      .source = "GNU C Library manual, POSIX Thread Tunables, glibc.pthread.mutex_spin_count",
      .waiting = Waiting::spins_then_parks,
      .contract = pthread_mutex::PthreadMutex<Env>::descriptor.contract};

  using typename pthread_mutex::PthreadMutex<Env>::Shared;
  static void create(void* memory, const Config& /*config*/) {
    (new (memory) Shared)->create(env::Robustness::stalled, env::Inheritance::none, env::Contention::spins_first);
  }
  using pthread_mutex::PthreadMutex<Env>::PthreadMutex;
};

using Plugins = Variants<PthreadMutexAdaptive>;

}  // namespace shmlab::strategies::pthread_mutex_adaptive
