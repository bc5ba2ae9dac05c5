#include "env/native_condition_variable.hpp"

#include <cerrno>
#include <ctime>

#include "contract/error.hpp"
#include "env/pthread_attributes.hpp"

namespace shmlab::env {
namespace {

using Attributes = PthreadAttributes<pthread_condattr_t, pthread_condattr_init, pthread_condattr_destroy>;

}  // namespace

void NativeConditionVariable::create() {
  Attributes attributes;
  if (pthread_condattr_setpshared(attributes.get(), PTHREAD_PROCESS_SHARED) != 0) {
    throw Unavailable("condition variable: this system has no process-shared ones");
  }
  expect_success(pthread_condattr_setclock(attributes.get(), CLOCK_MONOTONIC), "pthread_condattr_setclock");
  expect_success(pthread_cond_init(&condition_, attributes.get()), "pthread_cond_init");
}

Acquired NativeConditionVariable::wait(NativePthreadMutex& mutex) {
  return acquired_by(pthread_cond_wait(&condition_, &mutex.mutex_), "pthread_cond_wait");
}

Waited NativeConditionVariable::wait_until(NativePthreadMutex& mutex, Deadline deadline) {
  const timespec moment = to_timespec(deadline);
  const int error = pthread_cond_timedwait(&condition_, &mutex.mutex_, &moment);
  if (error == ETIMEDOUT) { return {Acquired::clean, false}; }
  return {acquired_by(error, "pthread_cond_timedwait"), true};
}

void NativeConditionVariable::signal() {
  expect_success(pthread_cond_signal(&condition_), "pthread_cond_signal");
}

void NativeConditionVariable::broadcast() {
  expect_success(pthread_cond_broadcast(&condition_), "pthread_cond_broadcast");
}

}  // namespace shmlab::env
