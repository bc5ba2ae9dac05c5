#include "env/native_named_semaphore.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "contract/error.hpp"
#include "env/native_sem_clockwait.hpp"
#include "shm/run_names.hpp"

namespace shmlab::env {
namespace {

static_assert(shm::name_length < sizeof(NativeNamedSemaphore::Shared::name), "the name and its NUL must fit");

/// A leading slash makes the name portable (sem_overview(7)).
std::string with_slash(const NativeNamedSemaphore::Shared& shared) {
  return "/" + std::string(shared.name.data(), strnlen(shared.name.data(), shared.name.size()));
}

[[noreturn]] void refuse_creation(int error) {
  const std::string reason = std::system_category().message(error);
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ENOSYS: throw Unavailable(fmt::format("named semaphore: {} is missing ({})", shm::shm_directory, reason));
    case ENOSPC:
    case EDQUOT:
    case ENOMEM: throw BadInput(fmt::format("named semaphore: {} is full ({})", shm::shm_directory, reason));
    case EACCES:
    case EPERM:
    case EROFS: throw BadInput(fmt::format("named semaphore: {} cannot be written ({})", shm::shm_directory, reason));
    default: throw std::system_error(error, std::system_category(), "named semaphore");
  }
}

/// Where glibc keeps the semaphore of that name (sem_overview(7)).
std::string file_of(const std::string& name) {
  return fmt::format("{}/sem.{}", shm::shm_directory, name);
}

/// Leaves the semaphore in a new file. On failure there is no file.
void write_file(const std::string& path, const sem_t& semaphore) {
  constexpr mode_t owner_only = S_IRUSR | S_IWUSR;
  const int file = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, owner_only);
  if (file == -1) { refuse_creation(errno); }
  errno = ENOSPC;  // what a short write means
  const bool whole = write(file, &semaphore, sizeof semaphore) == ssize_t{sizeof semaphore};
  const int error = errno;
  close(file);  // cannot fail usefully: tmpfs writes nothing back
  if (!whole) {
    unlink(path.c_str());
    refuse_creation(error);
  }
}

}  // namespace

void NativeNamedSemaphore::create(Shared& shared, std::uint32_t permits) {
  const std::string name = shm::fresh_name();
  shared.name.fill('\0');
  std::ranges::copy(name, shared.name.begin());
  sem_t fresh{};
  if (sem_init(&fresh, 1, permits) == -1) { throw std::system_error(errno, std::system_category(), "sem_init"); }
  write_file(file_of(name), fresh);
}

void NativeNamedSemaphore::retire(const Shared& shared) {
  if (!shm::is_name_of_this_run(with_slash(shared).substr(1))) { return; }
  if (sem_unlink(with_slash(shared).c_str()) == -1 && errno != ENOENT) {
    throw std::system_error(errno, std::system_category(), "sem_unlink");
  }
}

NativeNamedSemaphore::NativeNamedSemaphore(const Shared& shared) : semaphore_(sem_open(with_slash(shared).c_str(), 0)) {
  if (semaphore_ == SEM_FAILED) { throw std::system_error(errno, std::system_category(), "sem_open"); }
}

NativeNamedSemaphore::~NativeNamedSemaphore() {
  if (semaphore_ != nullptr) { sem_close(semaphore_); }  // cannot fail: sem_open gave it to this object
}

NativeNamedSemaphore::NativeNamedSemaphore(NativeNamedSemaphore&& other) noexcept
    : semaphore_(std::exchange(other.semaphore_, nullptr)) {}

void NativeNamedSemaphore::wait() {
  while (sem_wait(semaphore_) == -1) {
    if (errno != EINTR) { throw std::system_error(errno, std::system_category(), "sem_wait"); }
  }
}

bool NativeNamedSemaphore::try_wait() {
  while (sem_trywait(semaphore_) == -1) {
    if (errno == EAGAIN) { return false; }
    if (errno != EINTR) { throw std::system_error(errno, std::system_category(), "sem_trywait"); }
  }
  return true;
}

bool NativeNamedSemaphore::wait_until(Deadline deadline) {
  return sem_wait_until(*semaphore_, deadline);
}

void NativeNamedSemaphore::post() {
  if (sem_post(semaphore_) == -1) { throw std::system_error(errno, std::system_category(), "sem_post"); }
}

}  // namespace shmlab::env
