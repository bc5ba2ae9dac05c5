#include "env/native_pthread_mutex.hpp"

#include <cerrno>
#include <ctime>
#include <system_error>

#include "contract/error.hpp"
#include "env/pthread_attributes.hpp"

namespace shmlab::env {
namespace {

using Attributes = PthreadAttributes<pthread_mutexattr_t, pthread_mutexattr_init, pthread_mutexattr_destroy>;

}  // namespace

Acquired acquired_by(int error, const char* function) {
  switch (error) {
    case 0: return Acquired::clean;
    case EOWNERDEAD: return Acquired::owner_died;
    case ENOTRECOVERABLE: return Acquired::not_recoverable;
    default: throw std::system_error(error, std::system_category(), function);
  }
}

void NativePthreadMutex::create(Robustness robustness, Inheritance inheritance, Contention contention) {
  Attributes attributes;
  if (pthread_mutexattr_setpshared(attributes.get(), PTHREAD_PROCESS_SHARED) != 0) {
    throw Unavailable("pthread mutex: this system has no process-shared mutexes");
  }
  const int kind = robustness == Robustness::robust ? PTHREAD_MUTEX_ROBUST : PTHREAD_MUTEX_STALLED;
  if (pthread_mutexattr_setrobust(attributes.get(), kind) != 0) {
    throw Unavailable("pthread mutex: this system has no robust mutexes");
  }
  const int protocol = inheritance == Inheritance::priority ? PTHREAD_PRIO_INHERIT : PTHREAD_PRIO_NONE;
  if (pthread_mutexattr_setprotocol(attributes.get(), protocol) != 0) {
    throw Unavailable("pthread mutex: this system has no priority inheritance");
  }
  // The default is left as it comes: to ask for it would switch lock elision off, where there is one (glibc, pthread_mutexattr_settype.c).
  if (contention == Contention::spins_first) {
    expect_success(pthread_mutexattr_settype(attributes.get(), PTHREAD_MUTEX_ADAPTIVE_NP), "pthread_mutexattr_settype");
  }
  const int error = pthread_mutex_init(&mutex_, attributes.get());
  // glibc says so on a kernel without futexes that are robust, or inherit
  if (error == ENOTSUP) { throw Unavailable("pthread mutex: this system has no process-shared mutexes of this kind"); }
  expect_success(error, "pthread_mutex_init");
}

Acquired NativePthreadMutex::lock() {
  return acquired_by(pthread_mutex_lock(&mutex_), "pthread_mutex_lock");
}

std::optional<Acquired> NativePthreadMutex::try_lock() {
  const int error = pthread_mutex_trylock(&mutex_);
  if (error == EBUSY) { return std::nullopt; }
  return acquired_by(error, "pthread_mutex_trylock");
}

std::optional<Acquired> NativePthreadMutex::lock_until(Deadline deadline) {
  const timespec moment = to_timespec(deadline);
  const int error = pthread_mutex_clocklock(&mutex_, CLOCK_MONOTONIC, &moment);
  if (error == ETIMEDOUT) { return std::nullopt; }
  return acquired_by(error, "pthread_mutex_clocklock");
}

void NativePthreadMutex::make_consistent() {
  expect_success(pthread_mutex_consistent(&mutex_), "pthread_mutex_consistent");
}

void NativePthreadMutex::unlock() {
  expect_success(pthread_mutex_unlock(&mutex_), "pthread_mutex_unlock");
}

}  // namespace shmlab::env
