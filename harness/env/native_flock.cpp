#include "env/native_flock.hpp"

#include <sys/file.h>

#include <cerrno>
#include <system_error>

namespace shmlab::env {
namespace {

[[noreturn]] void fail(const char* call) {
  throw std::system_error(errno, std::system_category(), call);
}

}  // namespace

void NativeFlock::lock() {
  while (flock(descriptor(), LOCK_EX) == -1) {
    if (errno != EINTR) { fail("flock(LOCK_EX)"); }
  }
}

bool NativeFlock::try_lock() {
  if (flock(descriptor(), LOCK_EX | LOCK_NB) == 0) { return true; }
  if (errno != EWOULDBLOCK) { fail("flock(LOCK_EX | LOCK_NB)"); }
  return false;
}

void NativeFlock::unlock() {
  if (flock(descriptor(), LOCK_UN) == -1) { fail("flock(LOCK_UN)"); }
}

}  // namespace shmlab::env
