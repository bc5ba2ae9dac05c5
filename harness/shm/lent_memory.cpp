#include "shm/lent_memory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "contract/error.hpp"
#include "shm/allocation.hpp"
#include "shm/region_check.hpp"
#include "shm/region_kind.hpp"

namespace shmlab::shm {
namespace {

constexpr std::size_t page_bytes = 4096;
constexpr const char* memfd_name = "shmlab lent";

/// Whatever else a path may lead to, nobody's memory is overwritten that was not made for it.
bool is_lent(const std::string& path) {
  std::error_code error;  // what is no link leads to no memfd
  const std::filesystem::path target = std::filesystem::read_symlink(path, error);
  return target.string().starts_with(fmt::format("/memfd:{} ", memfd_name));
}

}  // namespace

FileDescriptor lend_memory(std::size_t bytes) {
  require_room(RegionKind::memfd, bytes);
  FileDescriptor lent(memfd_create(memfd_name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (lent.get() < 0) { throw Unavailable(fmt::format("memory to lend: {}", std::system_category().message(errno))); }
  allocate(lent.get(), (bytes + page_bytes - 1) / page_bytes * page_bytes, "memory to lend");
  seal_size(lent.get());
  return lent;
}

std::string path_of(const FileDescriptor& lent) {
  return fmt::format("/proc/{}/fd/{}", getpid(), lent.get());
}

bool is_within_reach(const std::string& path) {
  return access(path.c_str(), R_OK | W_OK) == 0;
}

Borrowed borrow_memory(const std::string& path, std::size_t bytes_needed) {
  const std::string subject = fmt::format("lent memory '{}'", path);
  if (!is_lent(path)) { throw BadInput(fmt::format("{}: expected the memfd of who lends it, as /proc/PID/fd/NUMBER", subject)); }
  FileDescriptor fd(open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (fd.get() < 0) { throw BadInput(fmt::format("{}: {}", subject, std::system_category().message(errno))); }
  require_sealed(fd.get(), subject);
  struct stat status{};
  fstat(fd.get(), &status);  // cannot fail: the descriptor is open, and the structure is there
  const auto bytes = static_cast<std::size_t>(status.st_size);
  if (bytes < bytes_needed) {
    throw BadInput(fmt::format("{}: expected at least {} bytes, found {}", subject, bytes_needed, bytes));
  }
  return {std::move(fd), bytes};
}

}  // namespace shmlab::shm
