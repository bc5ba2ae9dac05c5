#pragma once

#include <pthread.h>

#include <cstdint>
#include <optional>

#include "contract/acquired.hpp"
#include "env/deadline.hpp"

namespace shmlab::env {

/// What happens to a pthread mutex whose holder dies (pthread_mutexattr_setrobust(3)).
enum class Robustness : std::uint8_t { stalled, robust };

/// Whether a holder runs with the priority of whoever waits for it (pthread_mutexattr_setprotocol(3p), PTHREAD_PRIO_INHERIT). The kernel
/// hands such a mutex over itself, to the waiter of the highest priority (futex(2), FUTEX_UNLOCK_PI): no newcomer comes in between.
enum class Inheritance : std::uint8_t { none, priority };

/// What lock() does first when another holds it: sleep, or look for a while whether that changes. glibc's PTHREAD_MUTEX_ADAPTIVE_NP learns from
/// earlier waits how long (GNU C Library manual, "POSIX Thread Tunables", glibc.pthread.mutex_spin_count); only for a mutex that neither is robust
/// nor inherits.
enum class Contention : std::uint8_t { sleeps, spins_first };

/// What the answer of a function that locks means: 0, EOWNERDEAD or ENOTRECOVERABLE. Throws std::system_error with any other: a bug in the caller.
Acquired acquired_by(int error, const char* function);

/// A process-shared pthread mutex inside a region (pthread_mutexattr_setpshared(3)).
class NativePthreadMutex {
 public:
  /// Once, by the creator. Throws Unavailable when the system lacks process-shared, robust or inheriting mutexes.
  void create(Robustness robustness, Inheritance inheritance = Inheritance::none, Contention contention = Contention::sleeps);
  /// owner_died: held, and the state is inconsistent until make_consistent(). not_recoverable: not held.
  /// Throws std::system_error on any other error: a bug in the caller.
  Acquired lock();
  /// As lock(), but never sleeps: nothing when another holds it.
  std::optional<Acquired> try_lock();
  /// The same, sleeping at most until the deadline (pthread_mutex_clocklock(3)); nullopt: it could not be had until then.
  std::optional<Acquired> lock_until(Deadline deadline);
  /// After owner_died and after the data has been repaired (pthread_mutex_consistent(3)).
  void make_consistent();
  void unlock();

 private:
  friend class NativeConditionVariable;
  pthread_mutex_t mutex_;
};

}  // namespace shmlab::env
