#pragma once

#include <array>

namespace shmlab::env {

/// An empty file in /dev/shm that is there to be locked. Each participant opens it for itself, also each thread: an open file description that is
/// inherited or duplicated is one owner of its locks, and keeps none of them from the others. The kernel gives a lock back when the last descriptor
/// of its owner is closed, as at a death, and tells nobody. A child that the holder forks keeps the lock until it too has closed its copy; exec
/// closes it (O_CLOEXEC).
class NativeLockFile {
 public:
  /// What lies in the region: the file's name, NUL-terminated.
  struct Shared {
    std::array<char, 64> name;
  };

  /// Makes the file, under a fresh name of this run, mode 0600. Throws Unavailable without /dev/shm, BadInput where it cannot be written.
  static void create(Shared& shared);
  /// Unlinks the file. Those who have it open keep it and its locks. A second time does nothing.
  static void retire(const Shared& shared);

  /// Opens the file. Throws std::system_error when it is gone.
  explicit NativeLockFile(const Shared& shared);
  ~NativeLockFile();
  NativeLockFile(NativeLockFile&& other) noexcept;
  NativeLockFile(const NativeLockFile&) = delete;
  NativeLockFile& operator=(const NativeLockFile&) = delete;
  NativeLockFile& operator=(NativeLockFile&&) = delete;

 protected:
  [[nodiscard]] int descriptor() const { return file_; }

 private:
  int file_;
};

}  // namespace shmlab::env
