#pragma once

#include <optional>
#include <string>

#include "crash/fault_process.hpp"
#include "run/message_socket.hpp"
#include "shm/region.hpp"

namespace shmlab::crash {

/// What faults do with regions: two words in a region of its own layout.
namespace plain_region {
inline constexpr std::size_t words = 2;
inline constexpr std::size_t payload_bytes = words * sizeof(std::uint64_t);
inline constexpr std::uint64_t fingerprint = 0x666f'756c'7400'0001;
inline constexpr std::uint64_t whole = 0x1111'1111'1111'1111;  ///< each word, once it is initialised

/// Writes the words.
void initialise(std::byte* payload);
bool is_whole(const std::byte* payload);
shm::RegionSpec spec(shm::RegionKind kind, const std::string& name = {});
shm::AttachSpec attach_spec();
/// Attaches as another process does: by name() of its creator, or, where it has none, by a descriptor, which stays the caller's.
shm::Region attach(shm::RegionKind kind, const std::string& name, int fd, const shm::AttachSpec& spec = attach_spec());
}  // namespace plain_region

/// "posix_shm region".
std::string subject_of(shm::RegionKind kind);

/// What others can see of a region that somebody is creating, from the first moment on: its file, its size, its header, its payload.
class CreationView {
 public:
  /// `name`: that the creator gives it; empty for a memfd, which is looked for among the creator's descriptors.
  CreationView(shm::RegionKind kind, std::string name, pid_t creator);

  /// Everything that can be seen now, to compare with what was.
  std::string look();
  /// The file has its size: from now on its creator changes it by writing to its memory; until then by system calls alone.
  [[nodiscard]] bool has_size() const;
  /// Whether it is ready, after which nothing changes any more.
  [[nodiscard]] bool is_ready() const;
  /// What attach_name() takes, or, for a memfd, attach_fd().
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] int fd() const { return file_.get(); }

 private:
  void find();

  shm::RegionKind kind_;
  std::string path_;
  pid_t creator_;
  run::FileDescriptor file_;
};

/// Where the file of a named region of that name lies.
std::string region_path(shm::RegionKind kind, const std::string& name);
/// What attach_name() takes for it.
std::string attach_name_of(shm::RegionKind kind, const std::string& name);

}  // namespace shmlab::crash
