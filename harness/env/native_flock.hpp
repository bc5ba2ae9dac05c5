#pragma once

#include "env/native_lock_file.hpp"

namespace shmlab::env {

/// A lock of flock(2), exclusive. The call has no time-out.
class NativeFlock : public NativeLockFile {
 public:
  using NativeLockFile::NativeLockFile;

  void lock();
  /// Takes it if nobody has it; never sleeps.
  bool try_lock();
  void unlock();
};

}  // namespace shmlab::env
