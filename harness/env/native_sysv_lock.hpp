#pragma once

#include <array>

#include "env/deadline.hpp"

namespace shmlab::env {

/// A System V semaphore with one permit, as a lock: taken and given with SEM_UNDO (semop(2)), so that the kernel gives the permit back when its
/// holder dies, and tells nobody. What is undone belongs to the process: a thread that ends while it holds the lock leaves it held, and a forked
/// child inherits nothing to undo.
class NativeSysvLock {
 public:
  /// What lies in the region: the identifier of the set, and the name of the file that stands for it (shm/sysv_set.hpp), NUL-terminated.
  struct Shared {
    int id;
    std::array<char, 76> name;
  };

  /// Throws Unavailable when the system has none, BadInput when there are as many as it allows.
  static void create(Shared& shared);
  /// Removes the set: whoever uses it from then on meets an error. A second time does nothing.
  static void dispose(const Shared& shared);

  explicit NativeSysvLock(const Shared& shared) : id_(shared.id) {}

  void lock();
  /// Takes it if nobody has it; never sleeps.
  bool try_lock();
  /// Sleeps at most until the deadline (semtimedop(2)); goes on after EINTR. false: it could not be had.
  bool lock_until(Deadline deadline);
  void unlock();

 private:
  int id_;
};

}  // namespace shmlab::env
