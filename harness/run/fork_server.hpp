#pragma once

#include <sys/types.h>

#include "run/child.hpp"
#include "run/message_socket.hpp"

namespace shmlab::run {

/// A small process that forks workers: fork costs in proportion to the memory of the one who forks, so it is taken while
/// this process is still small. It dies with us, and its workers die with it.
class ForkServer {
 public:
  /// Forks the server. Call while single-threaded. Throws std::system_error.
  ForkServer();
  ~ForkServer();
  ForkServer(const ForkServer&) = delete;
  ForkServer& operator=(const ForkServer&) = delete;

  /// A new worker, which talks on `socket`. Throws BadInput when the system has no process left.
  pid_t fork_worker(int socket);
  /// Waits for the end of a worker that was told to go, or died.
  ExitStatus reap(pid_t worker);

 private:
  FileDescriptor socket_;
  Child server_;
};

}  // namespace shmlab::run
