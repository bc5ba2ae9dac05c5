#include "env/native_file_lock.hpp"

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
#include "shm/run_names.hpp"

namespace shmlab::env {
namespace {

static_assert(shm::name_length < sizeof(NativeFileLock::Shared::name), "the name and its NUL must fit");

std::string_view name_in(const NativeFileLock::Shared& shared) {
  return {shared.name.data(), strnlen(shared.name.data(), shared.name.size())};
}

std::string path_of(const NativeFileLock::Shared& shared) {
  return fmt::format("{}/{}", shm::shm_directory, name_in(shared));
}

/// The whole file, whatever its length; l_pid is 0 for locks of this kind.
struct flock whole_file(short type) {
  struct flock range{};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  return range;
}

}  // namespace

void NativeFileLock::create(Shared& shared) {
  const std::string name = shm::fresh_name();
  shared.name.fill('\0');
  std::ranges::copy(name, shared.name.begin());
  constexpr mode_t owner_only = S_IRUSR | S_IWUSR;
  const int file = open(path_of(shared).c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, owner_only);
  if (file == -1) {
    const int error = errno;
    const std::string reason = std::system_category().message(error);
    if (error == ENOENT || error == ENOTDIR) {
      throw Unavailable(fmt::format("file lock: {} is missing ({})", shm::shm_directory, reason));
    }
    throw BadInput(fmt::format("file lock: {} cannot be written ({})", shm::shm_directory, reason));
  }
  close(file);  // cannot fail usefully: nothing was written
}

void NativeFileLock::retire(const Shared& shared) {
  if (!shm::is_name_of_this_run(name_in(shared))) { return; }
  if (unlink(path_of(shared).c_str()) == -1 && errno != ENOENT) {
    throw std::system_error(errno, std::system_category(), "unlink (file lock)");
  }
}

NativeFileLock::NativeFileLock(const Shared& shared) : file_(open(path_of(shared).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)) {
  if (file_ == -1) { throw std::system_error(errno, std::system_category(), "open (file lock)"); }
}

NativeFileLock::~NativeFileLock() {
  if (file_ != -1) { close(file_); }  // cannot fail usefully: nothing was written
}

NativeFileLock::NativeFileLock(NativeFileLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

void NativeFileLock::lock() {
  struct flock range = whole_file(F_WRLCK);
  while (fcntl(file_, F_OFD_SETLKW, &range) == -1) {
    if (errno != EINTR) { throw std::system_error(errno, std::system_category(), "fcntl(F_OFD_SETLKW)"); }
  }
}

bool NativeFileLock::try_lock() {
  struct flock range = whole_file(F_WRLCK);
  if (fcntl(file_, F_OFD_SETLK, &range) == 0) { return true; }
  if (errno != EAGAIN && errno != EACCES) { throw std::system_error(errno, std::system_category(), "fcntl(F_OFD_SETLK)"); }
  return false;
}

void NativeFileLock::unlock() {
  struct flock range = whole_file(F_UNLCK);
  if (fcntl(file_, F_OFD_SETLK, &range) == -1) { throw std::system_error(errno, std::system_category(), "fcntl(F_UNLCK)"); }
}

}  // namespace shmlab::env
