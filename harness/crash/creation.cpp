#include "crash/creation.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "shm/run_names.hpp"

namespace shmlab::crash {

namespace plain_region {

void initialise(std::byte* payload) {
  for (std::size_t i = 0; i < words; ++i) { std::memcpy(payload + i * sizeof whole, &whole, sizeof whole); }
}

bool is_whole(const std::byte* payload) {
  for (std::size_t i = 0; i < words; ++i) {
    if (std::memcmp(payload + i * sizeof whole, &whole, sizeof whole) != 0) { return false; }
  }
  return true;
}

shm::RegionSpec spec(shm::RegionKind kind, const std::string& name) {
  return {.kind = kind, .payload_bytes = payload_bytes, .fingerprint = fingerprint, .name = name};
}

shm::AttachSpec attach_spec() {
  return {.fingerprint = fingerprint, .payload_bytes = payload_bytes};
}

shm::Region attach(shm::RegionKind kind, const std::string& name, int fd, const shm::AttachSpec& spec) {
  if (has_name(kind)) { return shm::Region::attach_name(kind, name, spec); }
  run::FileDescriptor own(dup(fd));
  shm::Region region = shm::Region::attach_fd(own.get(), spec);
  static_cast<void>(own.release());  // it is the region's now
  return region;
}

}  // namespace plain_region

std::string subject_of(shm::RegionKind kind) {
  return fmt::format("{} region", to_string(kind));
}

std::string region_path(shm::RegionKind kind, const std::string& name) {
  if (kind == shm::RegionKind::posix_shm) { return fmt::format("{}/{}", shm::shm_directory, name); }
  return fmt::format("{}/{}", shm::default_file_directory(), name);
}

std::string attach_name_of(shm::RegionKind kind, const std::string& name) {
  return kind == shm::RegionKind::posix_shm ? "/" + name : region_path(kind, name);
}

CreationView::CreationView(shm::RegionKind kind, std::string name, pid_t creator)
    : kind_(kind), path_(name.empty() ? name : region_path(kind, name)), creator_(creator) {}

namespace {

/// The memfds of regions that a process has open: descriptors by inode.
std::map<ino_t, std::filesystem::path> memfds_of(const std::string& process) {
  std::map<ino_t, std::filesystem::path> found;
  std::error_code error;  // it is gone: there is nothing to be seen
  for (const auto& entry : std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", process), error)) {
    const std::string target = std::filesystem::read_symlink(entry.path(), error).string();
    struct stat status{};
    if (target.starts_with("/memfd:shmlab") && stat(entry.path().c_str(), &status) == 0) { found[status.st_ino] = entry.path(); }
  }
  return found;
}

}  // namespace

void CreationView::find() {
  if (has_name(kind_)) {
    file_ = run::FileDescriptor(open(path_.c_str(), O_RDWR | O_CLOEXEC));
    return;
  }
  const auto inherited = memfds_of("self");
  for (const auto& [inode, path] : memfds_of(std::to_string(creator_))) {
    if (!inherited.contains(inode)) { file_ = run::FileDescriptor(open(path.c_str(), O_RDWR | O_CLOEXEC)); }
  }
}

bool CreationView::has_size() const {
  struct stat status{};
  return file_.get() >= 0 && fstat(file_.get(), &status) == 0 && status.st_size > static_cast<off_t>(shm::payload_offset);
}

bool CreationView::is_ready() const {
  std::uint32_t state = 0;
  const bool is_there = pread(file_.get(), &state, sizeof state, offsetof(shm::RegionHeader, state)) == sizeof state;
  return is_there && state == static_cast<std::uint32_t>(shm::RegionState::ready);
}

std::string CreationView::look() {
  if (file_.get() < 0) { find(); }
  if (file_.get() < 0) { return {}; }
  constexpr std::size_t seen = shm::payload_offset + plain_region::payload_bytes;
  std::array<char, sizeof(shm::RegionHeader)> header{};
  std::array<char, plain_region::payload_bytes> payload{};
  struct stat status{};
  // Cannot fail: the file is open. Shorter than the buffer: not there yet, so zero.
  fstat(file_.get(), &status);
  static_cast<void>(pread(file_.get(), header.data(), header.size(), 0));
  static_cast<void>(pread(file_.get(), payload.data(), payload.size(), seen - payload.size()));
  return fmt::format("{} {} {}", status.st_size, std::string_view(header.data(), header.size()),
                     std::string_view(payload.data(), payload.size()));
}

}  // namespace shmlab::crash
