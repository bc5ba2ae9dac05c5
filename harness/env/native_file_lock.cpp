#include "env/native_file_lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace shmlab::env {
namespace {

/// The whole file, whatever its length; l_pid is 0 for locks of this kind.
struct flock whole_file(short type) {
  struct flock range{};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  return range;
}

}  // namespace

void NativeFileLock::lock() {
  struct flock range = whole_file(F_WRLCK);
  while (fcntl(descriptor(), F_OFD_SETLKW, &range) == -1) {
    if (errno != EINTR) { throw std::system_error(errno, std::system_category(), "fcntl(F_OFD_SETLKW)"); }
  }
}

bool NativeFileLock::try_lock() {
  struct flock range = whole_file(F_WRLCK);
  if (fcntl(descriptor(), F_OFD_SETLK, &range) == 0) { return true; }
  if (errno != EAGAIN && errno != EACCES) { throw std::system_error(errno, std::system_category(), "fcntl(F_OFD_SETLK)"); }
  return false;
}

void NativeFileLock::unlock() {
  struct flock range = whole_file(F_UNLCK);
  if (fcntl(descriptor(), F_OFD_SETLK, &range) == -1) {
    throw std::system_error(errno, std::system_category(), "fcntl(F_UNLCK)");
  }
}

}  // namespace shmlab::env
