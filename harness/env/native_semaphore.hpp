#pragma once

#include <semaphore.h>

#include <cstdint>

#include "env/deadline.hpp"

namespace shmlab::env {

/// An unnamed process-shared POSIX semaphore inside a region (sem_init(3) with pshared != 0).
class NativeSemaphore {
 public:
  /// Once, by the creator. Throws std::system_error when the value exceeds SEM_VALUE_MAX.
  void create(std::uint32_t permits);
  /// Takes one permit, sleeping while there is none; goes on after EINTR.
  void wait();
  /// Takes one permit if there is one; never sleeps.
  bool try_wait();
  /// Takes one permit, sleeping at most until the deadline (sem_clockwait(3)); goes on after EINTR. false: there was none.
  bool wait_until(Deadline deadline);
  /// Gives one permit back and wakes a sleeper. Throws std::system_error on EOVERFLOW.
  void post();

 private:
  sem_t semaphore_;
};

}  // namespace shmlab::env
