#pragma once

#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"
#include "strategies/pthread_mutex_robust.hpp"

/// The robust mutex of the threads library, used by half of its rules.
namespace shmlab::strategies::broken_pthread_mutex_robust {

/// An Env whose robust mutexes are never declared consistent.
template <class Env>
struct NeverConsistent : Env {
  struct PthreadMutex : Env::PthreadMutex {
    void make_consistent() {}
  };
};

/// Broken on purpose: who takes the mutex from the dead unlocks it without pthread_mutex_consistent(3). From then on nobody can have it: every
/// later lock() says not_recoverable.
template <class Env>
class BrokenPthreadMutexRobustNoConsistent : public pthread_mutex_robust::PthreadMutexRobust<NeverConsistent<Env>> {
 public:
  static constexpr Descriptor descriptor{
      .name = "broken_pthread_mutex_robust_no_consistent",
      .summary = "robust POSIX mutex that is unlocked without pthread_mutex_consistent(): after a death it is lost for good",
      .source = "control: pthread_mutex_consistent(3p), ENOTRECOVERABLE",
      .waiting = Waiting::parks,
      .contract = {.holder = OnDeath::recovers, .waiter = OnDeath::unaffected},
      .caught_by = "explorer"};
  using pthread_mutex_robust::PthreadMutexRobust<NeverConsistent<Env>>::PthreadMutexRobust;
};

using Plugins = Variants<BrokenPthreadMutexRobustNoConsistent>;

}  // namespace shmlab::strategies::broken_pthread_mutex_robust
