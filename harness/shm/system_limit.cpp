#include "shm/system_limit.hpp"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <limits>

namespace shmlab::shm {
namespace {

/// capget(2), of which the C library has no declaration.
bool has_capability(unsigned capability) {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capget, &header, data) != 0) { return false; }  // an unknown version alone: a kernel before 2.6.26
  constexpr unsigned bits = 32;
  return (data[capability / bits].effective & 1U << capability % bits) != 0;
}

}  // namespace

std::uint64_t system_limit(const std::string& file) {
  std::uint64_t limit = 0;
  std::ifstream stream(file);
  return stream >> limit ? limit : std::numeric_limits<std::uint64_t>::max();
}

bool may_exceed_limits() {
  return has_capability(CAP_SYS_RESOURCE);
}

bool may_exceed_socket_limits() {
  return has_capability(CAP_NET_ADMIN);
}

}  // namespace shmlab::shm
