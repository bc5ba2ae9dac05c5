#pragma once

#include <cstdint>
#include <string>

namespace shmlab::shm {

/// The number in a file of /proc/sys (proc(5)). Without that file: no limit, the greatest number; the kernel itself then has the last word.
std::uint64_t system_limit(const std::string& file);

/// Whether this process may exceed the limits of the kernel's objects for messages (capabilities(7), CAP_SYS_RESOURCE).
bool may_exceed_limits();
/// Whether it may exceed those of a socket's buffers (socket(7), SO_SNDBUFFORCE; CAP_NET_ADMIN).
bool may_exceed_socket_limits();

}  // namespace shmlab::shm
