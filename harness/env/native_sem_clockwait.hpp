#pragma once

#include <semaphore.h>

#include "env/deadline.hpp"

namespace shmlab::env {

/// sem_clockwait(3) by CLOCK_MONOTONIC, which goes on after EINTR. false: the deadline has passed without a permit.
/// Throws std::system_error on any other error: a bug in the caller.
bool sem_wait_until(sem_t& semaphore, Deadline deadline);

}  // namespace shmlab::env
