#include "env/native_sem_clockwait.hpp"

#include <cerrno>
#include <ctime>
#include <system_error>

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

bool sem_wait_until(sem_t& semaphore, Deadline deadline) {
  const timespec moment = to_timespec(deadline);
  while (sem_clockwait(&semaphore, CLOCK_MONOTONIC, &moment) == -1) {
    if (errno == ETIMEDOUT) { return false; }
    if (errno != EINTR) { throw std::system_error(errno, std::system_category(), "sem_clockwait"); }
  }
#ifdef SHMLAB_TSAN
  __tsan_acquire(&semaphore);  // it knows sem_post() and sem_wait(), and not this call
#endif
  return true;
}

}  // namespace shmlab::env
