#pragma once

#include <pthread.h>

#include <cstdint>

#include "env/deadline.hpp"

namespace shmlab::env {

/// Who goes first where readers are inside, writers wait and readers come (pthread_rwlockattr_setkind_np(3)). With `writers` a reader that waits for a
/// writer may wait behind those who come later, and one that locks again what it has locked may wait for ever.
enum class Preference : std::uint8_t { readers, writers };

/// A process-shared pthread read-write lock inside a region (pthread_rwlockattr_setpshared(3p)). None is robust: what a participant held when it
/// died stays held.
class NativePthreadRwlock {
 public:
  /// Once, by the creator. Throws Unavailable when the system lacks process-shared ones.
  void create(Preference preference);

  /// These throw std::system_error on any error but the ones that they answer: a bug in the caller.
  void lock();
  /// As lock(), but never sleeps: false when somebody is inside.
  bool try_lock();
  /// As lock(), sleeping at most until the deadline (pthread_rwlock_clockwrlock, glibc 2.30); false: it could not be had until then.
  bool lock_until(Deadline deadline);
  void lock_shared();
  bool try_lock_shared();
  /// Gives back what the caller holds, as writer or as reader.
  void unlock();

 private:
  pthread_rwlock_t rwlock_;
};

}  // namespace shmlab::env
