#include "env/native_pthread_rwlock.hpp"

#include <cerrno>
#include <ctime>

#include "contract/error.hpp"
#include "env/pthread_attributes.hpp"

#if defined(__SANITIZE_THREAD__)
#define SHMLAB_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SHMLAB_TSAN 1
#endif
#endif
#ifdef SHMLAB_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace shmlab::env {
namespace {

using Attributes = PthreadAttributes<pthread_rwlockattr_t, pthread_rwlockattr_init, pthread_rwlockattr_destroy>;

/// Whether it was had; `refusal` is the error that says that it was not.
bool taken(int error, int refusal, const char* function) {
  if (error == refusal) { return false; }
  expect_success(error, function);
  return true;
}

}  // namespace

void NativePthreadRwlock::create(Preference preference) {
  Attributes attributes;
  if (pthread_rwlockattr_setpshared(attributes.get(), PTHREAD_PROCESS_SHARED) != 0) {
    throw Unavailable("pthread rwlock: this system has no process-shared read-write locks");
  }
  // PTHREAD_RWLOCK_PREFER_WRITER_NP would be ignored (pthread_rwlockattr_setkind_np(3)).
  const int kind =
      preference == Preference::writers ? PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP : PTHREAD_RWLOCK_PREFER_READER_NP;
  expect_success(pthread_rwlockattr_setkind_np(attributes.get(), kind), "pthread_rwlockattr_setkind_np");
  expect_success(pthread_rwlock_init(&rwlock_, attributes.get()), "pthread_rwlock_init");
}

void NativePthreadRwlock::lock() {
  expect_success(pthread_rwlock_wrlock(&rwlock_), "pthread_rwlock_wrlock");
}

bool NativePthreadRwlock::try_lock() {
  return taken(pthread_rwlock_trywrlock(&rwlock_), EBUSY, "pthread_rwlock_trywrlock");
}

bool NativePthreadRwlock::lock_until(Deadline deadline) {
  const timespec moment = to_timespec(deadline);
#ifdef SHMLAB_TSAN  // it knows the other calls, and not this one
  __tsan_mutex_pre_lock(&rwlock_, __tsan_mutex_try_lock);
#endif
  const bool has_it =
      taken(pthread_rwlock_clockwrlock(&rwlock_, CLOCK_MONOTONIC, &moment), ETIMEDOUT, "pthread_rwlock_clockwrlock");
#ifdef SHMLAB_TSAN
  __tsan_mutex_post_lock(&rwlock_, __tsan_mutex_try_lock | (has_it ? 0U : __tsan_mutex_try_lock_failed), 0);
#endif
  return has_it;
}

void NativePthreadRwlock::lock_shared() {
  expect_success(pthread_rwlock_rdlock(&rwlock_), "pthread_rwlock_rdlock");
}

bool NativePthreadRwlock::try_lock_shared() {
  return taken(pthread_rwlock_tryrdlock(&rwlock_), EBUSY, "pthread_rwlock_tryrdlock");
}

void NativePthreadRwlock::unlock() {
  expect_success(pthread_rwlock_unlock(&rwlock_), "pthread_rwlock_unlock");
}

}  // namespace shmlab::env
