#include "shm/allocation.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstdint>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <system_error>

#include "contract/error.hpp"
#include "shm/region_header.hpp"

namespace shmlab::shm {
namespace {

constexpr std::size_t check_memory_from = std::size_t{64} << 20U;
constexpr std::size_t largest_payload = std::size_t{1} << 46U;

/// MemAvailable of /proc/meminfo (proc(5)), in bytes.
std::optional<std::uint64_t> available_memory() {
  std::ifstream file("/proc/meminfo");
  constexpr std::uint64_t bytes_per_unit = 1024;
  for (std::string word; file >> word;) {
    std::uint64_t units = 0;
    if (word == "MemAvailable:" && file >> units) { return units * bytes_per_unit; }
  }
  return std::nullopt;
}

std::uint64_t free_bytes(int fd) {
  struct statvfs status{};
  if (fstatvfs(fd, &status) == -1) { return 0; }
  return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}

void require_file_limit(RegionKind kind, std::size_t bytes) {
  rlimit limit{};
  // Cannot fail: the resource is known and the address is valid (getrlimit(2)).
  getrlimit(RLIMIT_FSIZE, &limit);
  if (limit.rlim_cur == RLIM_INFINITY || bytes <= limit.rlim_cur) { return; }
  throw BadInput(fmt::format("{} region: needs {} bytes, but this process may not make files above {} bytes (ulimit -f)",
                             to_string(kind), bytes, limit.rlim_cur));
}

}  // namespace

void require_room(RegionKind kind, std::size_t payload_bytes) {
  if (payload_bytes > largest_payload) {
    throw BadInput(
        fmt::format("{} region: {} bytes of payload, expected at most {}", to_string(kind), payload_bytes, largest_payload));
  }
  const std::size_t bytes = payload_offset + payload_bytes;
  if (kind != RegionKind::anonymous) { require_file_limit(kind, bytes); }
  if (bytes < check_memory_from || kind == RegionKind::file) { return; }
  const std::optional<std::uint64_t> available = available_memory();
  if (available && bytes > *available) {
    throw BadInput(
        fmt::format("{} region: needs {} bytes, {} bytes of memory are available", to_string(kind), bytes, *available));
  }
}

void allocate(int fd, std::size_t bytes, const std::string& subject) {
  int error = 0;
  do { error = posix_fallocate(fd, 0, static_cast<off_t>(bytes)); } while (error == EINTR);
  if (error == 0) { return; }
  const std::string reason = std::system_category().message(error);
  if (error == ENOSPC || error == EDQUOT || error == ENOMEM) {
    throw BadInput(fmt::format("{}: full: needs {} bytes, {} free ({})", subject, bytes, free_bytes(fd), reason));
  }
  throw BadInput(fmt::format("{}: cannot allocate {} bytes: {}", subject, bytes, reason));
}

}  // namespace shmlab::shm
