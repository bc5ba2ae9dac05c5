#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <span>
#include <string>
#include <vector>

#include "contract/error.hpp"
#include "run/die_with_parent.hpp"
#include "run/lanes.hpp"
#include "run/order_segment.hpp"
#include "run/participant.hpp"
#include "run/pool.hpp"
#include "run/worker.hpp"
#include "shm/mapping_address.hpp"

namespace shmlab::run {
namespace {

/// A worker of the pool at one job.
class WorkerHost final : public Host {
 public:
  WorkerHost(std::uint32_t participant, std::span<const int> descriptors)
      : Host(participant, 1), worker_(Pool::instance().take()) {
    const Job job{participant};
    send_message(worker_->socket.get(), &job, sizeof job, descriptors);  // a worker that died meanwhile: conclude() finds out
  }
  ~WorkerHost() override { retire(); }

  [[nodiscard]] int ready_fd() const override { return worker_->socket.get(); }

  std::optional<ExitStatus> conclude() override {
    JobDone done;
    if (receive_message(worker_->socket.get(), &done, sizeof done).whole) {
      if (done.spent) {
        Pool::instance().retire(std::move(worker_));
      } else {
        Pool::instance().give_back(std::move(worker_));
      }
      return std::nullopt;
    }
    return Pool::instance().retire(std::move(worker_));
  }
  void kill() override { retire(); }

 private:
  void retire() {
    if (worker_ != nullptr) { Pool::instance().retire(std::move(worker_)); }
  }
  std::unique_ptr<Worker> worker_;
};

[[noreturn]] void run_forked_child(CaseRegion& region, std::uint32_t participant, pid_t runner) {
  try {
    die_with_parent(runner);
    setpgid(0, 0);  // cannot fail: our own process, not a session leader
    for (const int signal : {SIGINT, SIGHUP, SIGTERM}) { std::signal(signal, SIG_DFL); }
    shm::Region& mapping = region.region();
    shm::map_apart(participant, mapping.mapped_bytes(), [&](void* address) { mapping.relocate(address); });
    run_participant(map_orders(OrderSegment::inherited_fd()), mapping.payload(), participant);
    _exit(EXIT_SUCCESS);
  } catch (const std::exception&) { _exit(EXIT_FAILURE); }  // no address is free, or the orders cannot be mapped
}

std::unique_ptr<Host> fork_child(CaseRegion& region, std::uint32_t participant) {
  const pid_t runner = getpid();
  const pid_t pid = fork();
  if (pid < 0) { throw BadInput(std::string("cannot fork a participant: ") + std::strerror(errno)); }
  if (pid == 0) { run_forked_child(region, participant, runner); }
  return std::make_unique<ChildHost>(Child(pid), participant, 1);
}

}  // namespace

Hosts start_forked(CaseRegion& region) {
  Hosts hosts;
  const std::vector<int> descriptors = region.descriptors();
  for (std::uint32_t i = 0; i < region.parties(); ++i) {
    if (region.region().fd() < 0) {
      hosts.push_back(fork_child(region, i));
    } else {
      hosts.push_back(std::make_unique<WorkerHost>(i, descriptors));
    }
  }
  return hosts;
}

}  // namespace shmlab::run
