#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "shm/region_header.hpp"
#include "shm/region_kind.hpp"
#include "shm/truncation_guard.hpp"

namespace shmlab::shm {

/// What create() makes.
struct RegionSpec {
  RegionKind kind = RegionKind::memfd;
  std::size_t payload_bytes = 0;
  std::uint64_t fingerprint = 0;  ///< of the layout of the payload; attachers must ask for the same
  std::string directory{};        ///< kind file only; empty: default_file_directory()
  std::string name{};             ///< named kinds only: a fresh_name() that others know already; empty: one that nobody knows
  std::string lent{};             ///< kind memfd only: a path_of() memory that it is made in (lent_memory.hpp); empty: in its own
};

/// What an attacher insists on.
struct AttachSpec {
  std::uint64_t fingerprint = 0;
  std::size_t payload_bytes = 0;         ///< 0: any
  std::chrono::milliseconds wait{1000};  ///< how long the region may take to become ready
  void* address_hint = nullptr;          ///< page-aligned: map exactly there; nullptr: where the kernel likes
};

/// A piece of shared memory with a RegionHeader, mapped by this process: one owner of the mapping, the descriptor and,
/// in the process that created it, of the name. A forked child that inherits the object owns its copy of the mapping and of
/// the descriptor, never the name.
class Region {
 public:
  /// Creates and maps a region in state `creating`, its payload zero, its memory allocated (posix_fallocate(3)), so that
  /// touching it cannot raise SIGBUS. Named kinds get a fresh name (run_names.hpp), mode 0600; a memfd is sealed against
  /// shrinking, growing and further seals. The memory of an anonymous region is reserved, not allocated.
  /// In lent memory, the payload is all that is there, and what was in it is gone; nobody may use it any more.
  /// Throws BadInput when there is no room, no permission or no such directory, RegionExists when another has created one of `spec.name`,
  /// Unavailable when the system lacks the kind.
  static Region create(const RegionSpec& spec);

  /// Maps the region behind `fd` and takes `fd` over; when it throws, `fd` stays the caller's.
  /// Waits until the region is ready, at most `spec.wait`.
  /// Throws BadInput that says what is wrong: another user's, not a region, too short, another layout version, fingerprint, or size, a memfd
  /// that is not sealed, abandoned by its creator, the creator died, not ready in time, or an address that is not that of a page.
  /// Throws std::system_error with EEXIST when the address hint is taken.
  static Region attach_fd(int fd, const AttachSpec& spec);
  /// The same for a named region, given the name() that its creator sees. Refuses a name that is not of the form of fresh_name(), a file that
  /// another user owns or that others may open, and whatever is not a regular file.
  static Region attach_name(RegionKind kind, const std::string& name, const AttachSpec& spec);

  Region(Region&& other) noexcept;
  Region& operator=(Region&& other) noexcept;
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;
  /// Unmaps and closes. In the process that created it: abandons a region that is not ready, and unlinks it.
  ~Region();

  /// By the creator, once: the payload is initialised. Wakes those who wait in attach.
  void mark_ready();
  /// By the creator, instead of mark_ready(): it never will be.
  void abandon();

  /// The first byte of the payload in this process, aligned to 4096.
  [[nodiscard]] std::byte* payload() const { return static_cast<std::byte*>(base_) + payload_offset; }
  [[nodiscard]] std::size_t payload_bytes() const { return bytes_ - payload_offset; }
  /// Of the whole mapping, header included: what address_for() wants to know.
  [[nodiscard]] std::size_t mapped_bytes() const { return bytes_; }
  [[nodiscard]] const RegionHeader& header() const { return *static_cast<const RegionHeader*>(base_); }
  [[nodiscard]] RegionKind kind() const { return kind_; }
  /// The descriptor, close-on-exec; -1 for an anonymous region.
  [[nodiscard]] int fd() const { return fd_; }
  /// What attach_name() takes: "/shmlab-..." for posix_shm, a path for a file; empty for the others.
  [[nodiscard]] const std::string& name() const { return name_; }

  /// Removes the name, in the process that created it, once; afterwards, elsewhere and for kinds without a name: nothing.
  /// Those who have it mapped keep it. Throws std::system_error when the system refuses.
  void unlink();

  /// Moves this process's mapping to `address` (page-aligned, mapped_bytes() long); payload() changes, the memory does not.
  /// Throws BadInput for an address inside a page, std::system_error, with EEXIST when something is mapped there already.
  void relocate(void* address);

 private:
  explicit Region(RegionKind kind) : kind_(kind) {}
  static Region create_in_lent(const RegionSpec& spec);
  static Region attach(int fd, std::optional<RegionKind> kind, const AttachSpec& spec, const std::string& subject);
  void map(int fd, std::size_t bytes, void* address_hint, const std::string& subject);
  void release() noexcept;
  [[nodiscard]] bool is_creator() const;
  void enter(RegionState state);
  [[nodiscard]] RegionHeader& mutable_header() const { return *static_cast<RegionHeader*>(base_); }

  RegionKind kind_;
  int fd_ = -1;
  void* base_ = nullptr;
  std::size_t bytes_ = 0;
  pid_t creator_ = 0;         ///< the process that created it; 0: attached
  bool in_creation_ = false;  ///< known here too: a file that was truncated by force must not be touched any more
  bool linked_ = false;
  std::string name_{};
  GuardedMapping guarded_{};
};

}  // namespace shmlab::shm
