#include "env/native_semaphore.hpp"

#include <cerrno>
#include <system_error>

#include "env/native_sem_clockwait.hpp"

namespace shmlab::env {

void NativeSemaphore::create(std::uint32_t permits) {
  constexpr int process_shared = 1;
  if (sem_init(&semaphore_, process_shared, permits) == -1) {
    throw std::system_error(errno, std::system_category(), "sem_init");
  }
}

void NativeSemaphore::wait() {
  while (sem_wait(&semaphore_) == -1) {
    if (errno != EINTR) { throw std::system_error(errno, std::system_category(), "sem_wait"); }
  }
}

bool NativeSemaphore::try_wait() {
  while (sem_trywait(&semaphore_) == -1) {
    if (errno == EAGAIN) { return false; }
    if (errno != EINTR) { throw std::system_error(errno, std::system_category(), "sem_trywait"); }
  }
  return true;
}

bool NativeSemaphore::wait_until(Deadline deadline) {
  return sem_wait_until(semaphore_, deadline);
}

void NativeSemaphore::post() {
  if (sem_post(&semaphore_) == -1) { throw std::system_error(errno, std::system_category(), "sem_post"); }
}

}  // namespace shmlab::env
