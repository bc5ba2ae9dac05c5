#include "shm/region_check.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <thread>

#include "contract/error.hpp"
#include "shm/futex.hpp"
#include "shm/process_identity.hpp"

namespace shmlab::shm {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::microseconds poll_interval{200};
/// How soon the death of a creator is noticed.
constexpr std::chrono::milliseconds look_interval{20};

[[noreturn]] void refuse(const std::string& subject, const std::string& why) {
  throw BadInput(fmt::format("{}: {}", subject, why));
}

[[noreturn]] void refuse_field(const std::string& subject, std::string_view field, const std::string& expected,
                               const std::string& found) {
  refuse(subject, fmt::format("{}: expected {}, found {}", field, expected, found));
}

/// 0 until the creator has written the whole header.
std::uint64_t await_magic(const RegionHeader& header, Deadline deadline) {
  std::uint64_t magic = 0;
  // acquire: pairs with the release store of the magic by the creator; every other field is there then
  while ((magic = header.magic.load(std::memory_order_acquire)) == 0 && steady_clock::now() < deadline) {
    std::this_thread::sleep_for(poll_interval);
  }
  return magic;
}

RegionState load_state(const RegionHeader& header) {
  // acquire: pairs with the release in mark_ready(), after the payload was initialised
  return static_cast<RegionState>(header.state.load(std::memory_order_acquire));
}

bool creator_is_gone(const RegionHeader& header) {
  return is_gone({.pid = static_cast<pid_t>(header.creator_pid), .start_time = header.creator_start_time});
}

/// Whether the region is ready now. Throws when it never will be.
bool is_ready(const RegionHeader& header, const std::string& subject) {
  const RegionState state = load_state(header);
  switch (state) {
    case RegionState::ready: return true;
    case RegionState::creating: return false;
    case RegionState::abandoned: refuse(subject, "abandoned by its creator");
  }
  refuse_field(subject, "state", "creating, ready or abandoned", fmt::to_string(static_cast<std::uint32_t>(state)));
}

}  // namespace

std::size_t await_size(int fd, Deadline deadline, const std::string& subject) {
  struct stat status{};
  for (;;) {
    if (fstat(fd, &status) == -1) { refuse(subject, std::system_category().message(errno)); }
    if (!S_ISREG(status.st_mode)) { refuse(subject, "expected a regular file"); }
    if (status.st_size != 0 || steady_clock::now() >= deadline) { break; }
    std::this_thread::sleep_for(poll_interval);
  }
  const auto bytes = static_cast<std::size_t>(status.st_size);
  if (bytes < payload_offset) {
    refuse_field(subject, "file size", fmt::format("at least {} bytes", payload_offset), fmt::format("{} bytes", bytes));
  }
  return bytes;
}

void seal_size(int fd) {
  if (fcntl(fd, F_ADD_SEALS, size_seals | F_SEAL_SEAL) == -1) {
    throw std::system_error(errno, std::system_category(), "sealing a memfd");
  }
}

void require_sealed(int fd, const std::string& subject) {
  const int seals = fcntl(fd, F_GET_SEALS);  // EINVAL, as no seals: a file that cannot have any
  if (seals == -1 || (seals & size_seals) != size_seals) {
    refuse_field(subject, "seals of a memfd", fmt::format("at least {:#x}", size_seals),
                 fmt::format("{:#x}", std::max(seals, 0)));
  }
}

void require_own(int fd, const std::string& subject) {
  struct stat status{};
  if (fstat(fd, &status) == -1) { refuse(subject, std::system_category().message(errno)); }
  if (status.st_uid != geteuid()) {
    refuse_field(subject, "owner", fmt::format("user {}", geteuid()), fmt::format("user {}", status.st_uid));
  }
}

void check_header(const RegionHeader& header, const Expected& expected, Deadline deadline, const std::string& subject) {
  const std::uint64_t magic = await_magic(header, deadline);
  if (magic != region_magic) {
    refuse_field(subject, "not a region: magic", fmt::format("{:016x}", region_magic), fmt::format("{:016x}", magic));
  }
  if (header.layout_version != region_layout_version) {
    refuse_field(subject, "layout version", fmt::to_string(region_layout_version), fmt::to_string(header.layout_version));
  }
  if (header.kind >= all_region_kinds.size()) {
    refuse_field(subject, "kind", fmt::format("below {}", all_region_kinds.size()), fmt::to_string(header.kind));
  }
  if (const auto kind = static_cast<RegionKind>(header.kind); expected.kind && kind != *expected.kind) {
    refuse_field(subject, "kind", std::string(to_string(*expected.kind)), std::string(to_string(kind)));
  }
  if (header.fingerprint != expected.fingerprint) {
    refuse_field(subject, "layout fingerprint", fmt::format("{:016x}", expected.fingerprint),
                 fmt::format("{:016x}", header.fingerprint));
  }
  if (header.payload_bytes != expected.region_bytes - payload_offset) {
    refuse_field(subject, "payload size", fmt::format("{} bytes in a file of that size", expected.region_bytes - payload_offset),
                 fmt::to_string(header.payload_bytes));
  }
  if (header.creator_check != creator_check_of(header.creator_pid, header.creator_start_time)) {
    refuse(subject, fmt::format("creator: process {}, started at {}, does not fit its check {:016x}", header.creator_pid,
                                header.creator_start_time, header.creator_check));
  }
  if (expected.payload_bytes != 0 && header.payload_bytes != expected.payload_bytes) {
    refuse_field(subject, "payload size", fmt::format("{} bytes", expected.payload_bytes), fmt::to_string(header.payload_bytes));
  }
}

void await_ready(const RegionHeader& header, Deadline deadline, const std::string& subject) {
  while (!is_ready(header, subject)) {
    // Gone, and not ready when looked at after that: it never will be.
    if (creator_is_gone(header) && !is_ready(header, subject)) {
      refuse(subject, fmt::format("its creator (process {}) died before it was ready", header.creator_pid));
    }
    const auto left = deadline - steady_clock::now();
    if (left <= steady_clock::duration::zero()) { refuse(subject, "not ready in time: still being created"); }
    futex_wait(header.state, static_cast<std::uint32_t>(RegionState::creating),
               std::min<std::chrono::nanoseconds>(left, look_interval));
  }
}

}  // namespace shmlab::shm
