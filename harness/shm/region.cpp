#include "shm/region.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <exception>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "contract/error.hpp"
#include "shm/allocation.hpp"
#include "shm/backing.hpp"
#include "shm/futex.hpp"
#include "shm/lent_memory.hpp"
#include "shm/process_identity.hpp"
#include "shm/region_check.hpp"

namespace shmlab::shm {
namespace {

constexpr std::uintptr_t page_bytes = 4096;

[[noreturn]] void throw_errno(int error, const char* what) {
  throw std::system_error(error, std::system_category(), what);
}

/// Fresh memory is zero, and others may look at `magic` and `state` already: nothing is constructed over them.
void write_header(RegionHeader& header, const RegionSpec& spec) {
  const ProcessIdentity self = self_identity();
  header.layout_version = region_layout_version;
  header.kind = static_cast<std::uint32_t>(spec.kind);
  header.fingerprint = spec.fingerprint;
  header.payload_bytes = spec.payload_bytes;
  header.creator_start_time = self.start_time;
  header.creator_pid = static_cast<std::uint32_t>(self.pid);
  header.creator_check = creator_check_of(header.creator_pid, header.creator_start_time);
  // relaxed: the release of the magic, next, publishes it
  header.state.store(static_cast<std::uint32_t>(RegionState::creating), std::memory_order_relaxed);
  // release: pairs with the acquire load of the magic by attachers; all other fields are there
  header.magic.store(region_magic, std::memory_order_release);
}

void require_page(const void* address, const std::string& subject) {
  if (reinterpret_cast<std::uintptr_t>(address) % page_bytes == 0) { return; }
  throw BadInput(fmt::format("{}: address {}: expected a multiple of {}, or words would lie across two lines", subject,
                             fmt::ptr(address), page_bytes));
}

}  // namespace

Region Region::create(const RegionSpec& spec) {
  if (!spec.lent.empty()) { return create_in_lent(spec); }
  require_room(spec.kind, spec.payload_bytes);
  Region region(spec.kind);
  Backing backing = create_backing(spec.kind, spec.directory, spec.name);
  region.fd_ = backing.fd;
  region.name_ = std::move(backing.name);
  region.creator_ = self_identity().pid;
  region.linked_ = has_name(spec.kind);
  const std::size_t bytes = payload_offset + spec.payload_bytes;
  const std::string subject = describe(spec.kind, region.name_);
  if (region.fd_ >= 0) { allocate(region.fd_, bytes, subject); }
  if (spec.kind == RegionKind::memfd) { seal_size(region.fd_); }
  region.map(region.fd_, bytes, nullptr, subject);
  write_header(region.mutable_header(), spec);
  region.in_creation_ = true;
  return region;
}

Region Region::create_in_lent(const RegionSpec& spec) {
  if (spec.kind != RegionKind::memfd) { throw std::logic_error("only a memfd is made in lent memory"); }
  Borrowed borrowed = borrow_memory(spec.lent, payload_offset + spec.payload_bytes);
  Region region(spec.kind);
  region.fd_ = borrowed.fd.release();
  region.creator_ = self_identity().pid;
  region.map(region.fd_, borrowed.bytes, nullptr, describe(spec.kind, {}));
  std::memset(region.base_, 0, borrowed.bytes);  // who had it before has left a region there
  RegionSpec all = spec;
  all.payload_bytes = borrowed.bytes - payload_offset;
  write_header(region.mutable_header(), all);
  region.in_creation_ = true;
  return region;
}

Region Region::attach_fd(int fd, const AttachSpec& spec) {
  const std::string subject = fmt::format("region behind descriptor {}", fd);
  require_own(fd, subject);
  return attach(fd, std::nullopt, spec, subject);
}

Region Region::attach_name(RegionKind kind, const std::string& name, const AttachSpec& spec) {
  const int fd = open_backing(kind, name);
  try {
    Region region = attach(fd, kind, spec, describe(kind, name));
    region.name_ = name;
    return region;
  } catch (...) {
    close(fd);  // the region did not take it over
    throw;
  }
}

Region Region::attach(int fd, std::optional<RegionKind> kind, const AttachSpec& spec, const std::string& subject) {
  const Deadline deadline = std::chrono::steady_clock::now() + spec.wait;
  const std::size_t bytes = await_size(fd, deadline, subject);
  Region region(RegionKind::memfd);
  region.map(fd, bytes, spec.address_hint, subject);
  const Expected expected{
      .kind = kind, .fingerprint = spec.fingerprint, .payload_bytes = spec.payload_bytes, .region_bytes = bytes};
  check_header(region.header(), expected, deadline, subject);
  if (region.header().kind == static_cast<std::uint32_t>(RegionKind::memfd)) { require_sealed(fd, subject); }
  await_ready(region.header(), deadline, subject);
  region.kind_ = static_cast<RegionKind>(region.header().kind);
  region.fd_ = fd;
  return region;
}

Region::Region(Region&& other) noexcept
    : kind_(other.kind_),
      fd_(std::exchange(other.fd_, -1)),
      base_(std::exchange(other.base_, nullptr)),
      bytes_(std::exchange(other.bytes_, 0)),
      creator_(std::exchange(other.creator_, 0)),
      in_creation_(std::exchange(other.in_creation_, false)),
      linked_(std::exchange(other.linked_, false)),
      name_(std::move(other.name_)),
      guarded_(std::move(other.guarded_)) {}

Region& Region::operator=(Region&& other) noexcept {
  if (this == &other) { return *this; }
  release();
  kind_ = other.kind_;
  fd_ = std::exchange(other.fd_, -1);
  base_ = std::exchange(other.base_, nullptr);
  bytes_ = std::exchange(other.bytes_, 0);
  creator_ = std::exchange(other.creator_, 0);
  in_creation_ = std::exchange(other.in_creation_, false);
  linked_ = std::exchange(other.linked_, false);
  name_ = std::move(other.name_);
  guarded_ = std::move(other.guarded_);
  return *this;
}

Region::~Region() {
  release();
}

void Region::release() noexcept {
  if (is_creator()) {
    try {
      if (in_creation_) { enter(RegionState::abandoned); }
      unlink();
    } catch (const std::exception&) {
      // The directory was taken away from us meanwhile; the sweep of the run tries again.
    }
  }
  guarded_ = {};
  if (base_ != nullptr) { munmap(base_, bytes_); }  // cannot fail: the range is ours
  if (fd_ >= 0) { close(fd_); }                     // the descriptor is gone whatever it returns (close(2), NOTES)
}

void Region::map(int fd, std::size_t bytes, void* address_hint, const std::string& subject) {
  require_page(address_hint, subject);
  const int flags = MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0) | (address_hint != nullptr ? MAP_FIXED_NOREPLACE : 0);
  void* const base = mmap(address_hint, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);
  if (base == MAP_FAILED) {
    const int error = errno;
    if (error == EEXIST) { throw_errno(error, "mapping a region at a given address"); }
    throw BadInput(fmt::format("{}: cannot map {} bytes: {}", subject, bytes, std::system_category().message(error)));
  }
  base_ = base;
  bytes_ = bytes;
  if (fd >= 0) { guarded_ = GuardedMapping(base, bytes, fd, subject); }
}

bool Region::is_creator() const {
  return creator_ != 0 && creator_ == getpid();
}

void Region::enter(RegionState state) {
  // release: pairs with the acquire load of the state by attachers; the payload is initialised
  mutable_header().state.store(static_cast<std::uint32_t>(state), std::memory_order_release);
  futex_wake(mutable_header().state, wake_all);
  in_creation_ = false;
}

void Region::mark_ready() {
  if (!is_creator()) { throw std::logic_error("a region is made ready by the process that created it"); }
  enter(RegionState::ready);
}

void Region::abandon() {
  if (!is_creator()) { throw std::logic_error("a region is abandoned by the process that created it"); }
  enter(RegionState::abandoned);
}

void Region::unlink() {
  if (!linked_ || !is_creator()) { return; }
  remove_backing(kind_, name_);
  linked_ = false;
}

void Region::relocate(void* address) {
  require_page(address, describe(kind_, name_));
  // Claims the range first: mremap with MREMAP_FIXED would replace whatever is there.
  void* const claimed =
      mmap(address, bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (claimed == MAP_FAILED) { throw_errno(errno, "claiming an address for a region"); }
  if (mremap(base_, bytes_, bytes_, MREMAP_MAYMOVE | MREMAP_FIXED, claimed) == MAP_FAILED) {
    const int error = errno;
    munmap(claimed, bytes_);
    throw_errno(error, "moving the mapping of a region");
  }
  base_ = claimed;
  guarded_.move_to(claimed);
}

}  // namespace shmlab::shm
