#include "shm/file_descriptor.hpp"

#include <unistd.h>

namespace shmlab::shm {

void FileDescriptor::reset() {
  if (fd_ >= 0) { close(std::exchange(fd_, -1)); }  // EIO and EINTR do not matter: sockets and memory files hold nothing back
}

}  // namespace shmlab::shm
