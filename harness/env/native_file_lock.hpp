#pragma once

#include "env/native_lock_file.hpp"

namespace shmlab::env {

/// A record lock on the whole file, of the kind that belongs to the open file description (fcntl(2), F_OFD_SETLKW). The call has no time-out.
class NativeFileLock : public NativeLockFile {
 public:
  using NativeLockFile::NativeLockFile;

  void lock();
  /// Takes it if nobody has it; never sleeps.
  bool try_lock();
  void unlock();
};

}  // namespace shmlab::env
