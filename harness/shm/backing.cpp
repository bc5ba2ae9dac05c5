#include "shm/backing.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "contract/error.hpp"
#include "contract/nearest.hpp"
#include "shm/run_names.hpp"

namespace shmlab::shm {
namespace {

constexpr mode_t owner_only = S_IRUSR | S_IWUSR;
constexpr mode_t anybody_else = S_IRWXG | S_IRWXO;

std::string reason_of(int error) {
  return std::system_category().message(error);
}

[[noreturn]] void refuse_second(RegionKind kind, const std::string& name) {
  throw RegionExists(fmt::format("{}: exists already", describe(kind, name)));
}

Backing create_memfd() {
  const int fd = memfd_create("shmlab", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd >= 0) { return {.fd = fd}; }
  if (errno == ENOSYS) { throw Unavailable("memfd region: this kernel has no memfd_create"); }
  throw BadInput(fmt::format("memfd region: cannot be created: {}", reason_of(errno)));
}

Backing create_posix_shm(const std::string& name) {
  Backing backing{.name = fmt::format("/{}", name)};
  backing.fd = shm_open(backing.name.c_str(), O_CREAT | O_EXCL | O_RDWR, owner_only);
  if (backing.fd >= 0) { return backing; }
  const int error = errno;
  if (error == EEXIST) { refuse_second(RegionKind::posix_shm, backing.name); }
  if (error == ENOENT || error == ENOTDIR || error == ENOSYS) {
    throw Unavailable(fmt::format("posix_shm region: {} is missing", shm_directory));
  }
  throw BadInput(fmt::format("posix_shm region: cannot be created in {}: {}", shm_directory, reason_of(error)));
}

Backing create_file(const std::string& directory, const std::string& name) {
  Backing backing{.name = fmt::format("{}/{}", directory, name)};
  backing.fd = open(backing.name.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, owner_only);
  if (backing.fd >= 0) { return backing; }
  if (errno == EEXIST) { refuse_second(RegionKind::file, backing.name); }
  throw BadInput(fmt::format("file region: cannot be created in directory '{}': {}", directory, reason_of(errno)));
}

int open_by_name(RegionKind kind, const std::string& name) {
  if (kind == RegionKind::posix_shm) { return shm_open(name.c_str(), O_RDWR, 0); }
  // Opened for both directions, a FIFO does not wait for a partner (fifo(7)); it is refused afterwards.
  return open(name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
}

/// Why a file must not be trusted, or empty.
std::string objection(int fd) {
  struct stat status{};
  if (fstat(fd, &status) == -1) { return reason_of(errno); }
  if (!S_ISREG(status.st_mode)) { return "expected a regular file"; }
  if (status.st_uid != geteuid()) { return fmt::format("owner: expected user {}, found user {}", geteuid(), status.st_uid); }
  const mode_t mode = status.st_mode & static_cast<mode_t>(ALLPERMS);
  if ((mode & anybody_else) != 0) { return fmt::format("mode: expected {:04o}, found {:04o}", owner_only, mode); }
  return {};
}

}  // namespace

Backing create_backing(RegionKind kind, const std::string& directory, const std::string& name) {
  if (has_name(kind) && !name.empty()) { require_run_name(name, describe(kind, "")); }
  switch (kind) {
    case RegionKind::memfd: return create_memfd();
    case RegionKind::posix_shm: return create_posix_shm(name.empty() ? fresh_name() : name);
    case RegionKind::file: {
      return create_file(directory.empty() ? default_file_directory() : directory, name.empty() ? fresh_name() : name);
    }
    case RegionKind::anonymous: break;
  }
  return {};
}

int open_backing(RegionKind kind, const std::string& name) {
  if (!has_name(kind)) {
    constexpr std::array named{to_string(RegionKind::posix_shm), to_string(RegionKind::file)};
    throw BadInput(fmt::format("region kind '{}' has no names to attach to: expected {}", to_string(kind), join(named)));
  }
  require_run_name(std::string_view(name).substr(name.rfind('/') + 1), describe(kind, name));
  const int fd = open_by_name(kind, name);
  if (fd < 0) { throw BadInput(fmt::format("{}: cannot be opened: {}", describe(kind, name), reason_of(errno))); }
  const std::string problem = objection(fd);
  if (problem.empty()) { return fd; }
  close(fd);  // nothing was written: no error to report
  throw BadInput(fmt::format("{}: {}", describe(kind, name), problem));
}

void remove_backing(RegionKind kind, const std::string& name) {
  const int result = kind == RegionKind::posix_shm ? shm_unlink(name.c_str()) : ::unlink(name.c_str());
  if (result == -1 && errno != ENOENT) {
    throw std::system_error(errno, std::system_category(), "unlinking " + describe(kind, name));
  }
}

std::string describe(RegionKind kind, const std::string& name) {
  if (name.empty()) { return fmt::format("{} region", to_string(kind)); }
  return fmt::format("{} region '{}{}'", to_string(kind), kind == RegionKind::posix_shm ? shm_directory : "", name);
}

}  // namespace shmlab::shm
