#include "shm/lent_memory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "contract/error.hpp"
#include "shm/allocation.hpp"
#include "shm/backing.hpp"
#include "shm/region_check.hpp"

namespace shmlab::shm {
namespace {

constexpr std::size_t page_bytes = 4096;

}  // namespace

FileDescriptor lend_memory(std::size_t bytes) {
  FileDescriptor lent(create_backing(RegionKind::memfd, {}, {}).fd);
  allocate(lent.get(), (bytes + page_bytes - 1) / page_bytes * page_bytes, "memory to lend");
  seal_size(lent.get());
  return lent;
}

std::string path_of(const FileDescriptor& lent) {
  return fmt::format("/proc/{}/fd/{}", getpid(), lent.get());
}

Borrowed borrow_memory(const std::string& path, std::size_t bytes_needed) {
  const std::string subject = fmt::format("lent memory '{}'", path);
  // O_NONBLOCK: a FIFO does not wait for a partner; it is refused below.
  FileDescriptor fd(open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0) { throw BadInput(fmt::format("{}: {}", subject, std::system_category().message(errno))); }
  require_own(fd.get(), subject);
  require_sealed(fd.get(), subject);
  struct stat status{};
  fstat(fd.get(), &status);  // cannot fail: require_own() did the same
  const auto bytes = static_cast<std::size_t>(status.st_size);
  if (bytes < bytes_needed) {
    throw BadInput(fmt::format("{}: expected at least {} bytes, found {}", subject, bytes_needed, bytes));
  }
  return {std::move(fd), bytes};
}

}  // namespace shmlab::shm
