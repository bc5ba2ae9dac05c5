#pragma once

#include <array>

namespace shmlab::env {

/// A lock on a file, of the kind that belongs to the open file description (fcntl(2), F_OFD_SETLKW). Each participant opens the file for
/// itself, also each thread: a description that is inherited or duplicated is one owner, and keeps none of them from the others. The kernel gives the
/// lock back when the last descriptor of its owner is closed, as at a death, and tells nobody. A child that the holder forks keeps the lock
/// until it too has closed its copy; exec closes it (O_CLOEXEC). The call has no time-out.
class NativeFileLock {
 public:
  /// What lies in the region: the name of an empty file in /dev/shm, NUL-terminated.
  struct Shared {
    std::array<char, 64> name;
  };

  /// Makes the file, under a fresh name of this run, mode 0600. Throws Unavailable without /dev/shm, BadInput where it cannot be written.
  static void create(Shared& shared);
  /// Unlinks the file. Those who have it open keep it and its locks. A second time does nothing.
  static void retire(const Shared& shared);

  /// Opens the file. Throws std::system_error when it is gone.
  explicit NativeFileLock(const Shared& shared);
  ~NativeFileLock();
  NativeFileLock(NativeFileLock&& other) noexcept;
  NativeFileLock(const NativeFileLock&) = delete;
  NativeFileLock& operator=(const NativeFileLock&) = delete;
  NativeFileLock& operator=(NativeFileLock&&) = delete;

  void lock();
  /// Takes it if nobody has it; never sleeps.
  bool try_lock();
  void unlock();

 private:
  int file_;
};

}  // namespace shmlab::env
