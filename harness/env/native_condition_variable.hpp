#pragma once

#include <pthread.h>

#include "contract/acquired.hpp"
#include "env/deadline.hpp"
#include "env/native_pthread_mutex.hpp"

namespace shmlab::env {

/// How a timed wait for a condition ended.
struct Waited {
  Acquired acquired = Acquired::clean;  ///< of the mutex: not_recoverable: it is not held
  bool in_time = true;                  ///< false: the deadline has passed, and nobody woke the caller
};

/// A process-shared pthread condition variable inside a region, whose time is CLOCK_MONOTONIC (pthread_condattr_setpshared(3p),
/// pthread_condattr_setclock(3p)). Waits may end for no reason: the caller tests its predicate again, which it guards by the mutex.
class NativeConditionVariable {
 public:
  /// Once, by the creator. Throws Unavailable when the system has no process-shared condition variables.
  void create();
  /// Gives the mutex, which the caller holds, and sleeps, in one; returns with the mutex taken again, as NativePthreadMutex::lock() does.
  Acquired wait(NativePthreadMutex& mutex);
  /// The same, sleeping at most until the deadline. (Who is told of a death by the mutex is not told that the deadline has passed.)
  Waited wait_until(NativePthreadMutex& mutex, Deadline deadline);
  /// Wakes one sleeper at least, if there are any.
  void signal();
  /// Wakes all sleepers.
  void broadcast();

 private:
  pthread_cond_t condition_;
};

}  // namespace shmlab::env
