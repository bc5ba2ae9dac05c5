#include "run/privileges.hpp"

#include <fmt/core.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "contract/error.hpp"

namespace shmlab::run {

void refuse_foreign_rights() {
  const bool is_secure = getauxval(AT_SECURE) != 0;  // execve(2): the kernel gave it other rights than its caller's
  if (!is_secure && geteuid() == getuid() && getegid() == getgid()) { return; }
  throw BadInput(fmt::format(
      "set-user-ID, set-group-ID or capabilities (user {} as {}, group {} as {}): expected to be started as an ordinary program",
      getuid(), geteuid(), getgid(), getegid()));
}

}  // namespace shmlab::run
