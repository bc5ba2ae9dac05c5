#pragma once

#include <sys/types.h>

#include <memory>
#include <vector>

#include "run/children.hpp"
#include "run/fork_server.hpp"
#include "run/message_socket.hpp"

namespace shmlab::run {

/// A forked process that waits for jobs (worker.hpp).
struct Worker {
  pid_t pid = 0;
  FileDescriptor socket;
  FileDescriptor pidfd;
  Children children;
};

/// Workers at rest, ready for the next case. Grows on demand; a worker that was killed or died is replaced by a new one.
class Pool {
 public:
  /// The pool of this process, made at first use; a process forked from this one makes its own.
  static Pool& instance();

  /// A worker at rest, or a new one. Throws BadInput when the system has no process left.
  std::unique_ptr<Worker> take();
  /// It has done its job. One that has children is not used again: killed, so that they become strays (strays.hpp).
  void give_back(std::unique_ptr<Worker> worker);
  /// It has died or has to go: kills it and waits for its end.
  ExitStatus retire(std::unique_ptr<Worker> worker);

 private:
  ForkServer server_;
  std::vector<std::unique_ptr<Worker>> resting_;
};

}  // namespace shmlab::run
