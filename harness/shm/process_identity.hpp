#pragma once

#include <sys/types.h>

#include <cstdint>

namespace shmlab::shm {

/// Names one process for as long as the machine is up: a PID alone is used again within seconds.
struct ProcessIdentity {
  pid_t pid = 0;
  std::uint64_t start_time = 0;  ///< clock ticks since boot (proc(5), /proc/PID/stat field 22); 0: /proc could not be read
  friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

/// Of the calling process; read once per process, a forked child gets its own.
ProcessIdentity self_identity();

/// Whether that process is certainly gone: it has left, is a zombie, or its PID belongs to another now.
/// false when it lives and when it cannot be known.
bool is_gone(const ProcessIdentity& process);

/// Inode number of this process's PID namespace (pid_namespaces(7)): PIDs compare only within one. 0: cannot be known.
std::uint32_t pid_namespace();

}  // namespace shmlab::shm
