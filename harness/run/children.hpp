#pragma once

#include <sys/types.h>

#include <cstddef>
#include <vector>

#include "run/message_socket.hpp"

namespace shmlab::run {

/// Who the children of one process are, as the kernel has it: cheap enough to be asked after every case.
class Children {
 public:
  /// `pid`: of a process that is there as long as this object. Throws std::system_error when no descriptor is left.
  explicit Children(pid_t pid);

  /// Now; those that have ended and were not waited for are among them. Complete for the calling process, whose children go only when it
  /// waits for them; of another process some may be missing while its children end.
  [[nodiscard]] std::vector<pid_t> list() const;

 private:
  pid_t pid_;
  FileDescriptor tasks_;     ///< /proc/PID/task: its threads
  FileDescriptor children_;  ///< /proc/PID/task/PID/children of the first of them; none: this kernel does not say
};

/// How many processes are below this one, at least: of those that start or end meanwhile some may be missing.
std::size_t count_below(pid_t pid);

}  // namespace shmlab::run
