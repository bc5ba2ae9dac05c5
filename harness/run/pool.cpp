#include "run/pool.hpp"

#include <unistd.h>

#include <utility>

#include "run/order_segment.hpp"

namespace shmlab::run {

Pool& Pool::instance() {
  static pid_t owner = 0;
  static std::unique_ptr<Pool> pool;
  if (owner != getpid()) {
    // NOLINTNEXTLINE(bugprone-unused-return-value): a forked child must not end its parent's server; it forgets it
    (void)pool.release();
    OrderSegment::instance();  // before the server, so that workers inherit its descriptor
    pool = std::make_unique<Pool>();
    owner = getpid();
  }
  return *pool;
}

std::unique_ptr<Worker> Pool::take() {
  if (!resting_.empty()) {
    std::unique_ptr<Worker> worker = std::move(resting_.back());
    resting_.pop_back();
    return worker;
  }
  auto [ours, theirs] = message_pair();
  const pid_t pid = server_.fork_worker(theirs.get());
  // The server does not reap it before we ask.
  return std::make_unique<Worker>(Worker{pid, std::move(ours), FileDescriptor(open_pidfd(pid)), Children(pid)});
}

void Pool::give_back(std::unique_ptr<Worker> worker) {
  if (worker->children.list().empty()) {
    resting_.push_back(std::move(worker));
  } else {
    retire(std::move(worker));
  }
}

ExitStatus Pool::retire(std::unique_ptr<Worker> worker) {
  kill_pidfd(worker->pidfd.get());
  return server_.reap(worker->pid);
}

}  // namespace shmlab::run
