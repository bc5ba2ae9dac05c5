#include "run/participant_gate.hpp"

#include <fmt/core.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace shmlab::run {
namespace {

/// pidfd_open(2), pidfd_send_signal(2): glibc 2.36 declares them without C++ linkage.
int open_process(pid_t pid) {
  return static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
}
/// false: the process has ended.
bool send(int process, int signal) {
  if (syscall(SYS_pidfd_send_signal, process, signal, nullptr, 0) == 0) { return true; }
  if (errno == ESRCH) { return false; }
  throw std::system_error(errno, std::system_category(), "pidfd_send_signal");
}

/// Whether a participant has begun and not ended its body.
bool is_running(const measure::Record& record) {
  // acquire: pairs with the release of `finished`; it is not the process that is wanted, but whether it is in its body
  return record.phase.load(std::memory_order_acquire) == static_cast<std::uint32_t>(measure::Phase::running);
}

}  // namespace

bool ParticipantGate::enter() {
  // relaxed: the barrier orders the count
  meeting_point_.present.fetch_add(1, std::memory_order_relaxed);
  record_.phase.store(static_cast<std::uint32_t>(measure::Phase::attached), std::memory_order_relaxed);
  if (meeting_point_.barrier.arrive_and_wait() == shm::Released::called_off) { return false; }
  if (!everybody_shares_memory()) {
    throw std::runtime_error(fmt::format("participant {} does not share the region with the others", index_));
  }
  if (order_.probe_floor) {
    probe_floor(meeting_point_.floor_before_ns);
    if (meeting_point_.barrier.arrive_and_wait() == shm::Released::called_off) { return false; }
  }
  if (order_.counts_hardware) { counters_.emplace(); }
  before_ = measure::usage_of_this_thread();
  if (counters_) { counters_->start(); }
  return true;
}

void ParticipantGate::leave() {
  resume();
  const std::optional<measure::CpuCounts> counts = counters_ ? counters_->stop() : std::nullopt;
  record_.cpu_counts = counts.value_or(measure::CpuCounts{});
  record_.has_cpu_counts = counts ? 1 : 0;
  const measure::Usage used = measure::usage_of_this_thread() - before_;
  record_.cpu_ns = used.cpu_ns;
  record_.voluntary_switches = used.voluntary_switches;
  record_.involuntary_switches = used.involuntary_switches;
}

bool ParticipantGate::suspend(std::uint32_t participant) {
  if (suspended_ != nobody || participant >= order_.participants || participant == index_) { return false; }
  const measure::Record& other = record_of(participant);
  // relaxed: written before the common start
  const auto pid = static_cast<pid_t>(other.pid.load(std::memory_order_relaxed));
  if (pid == getpid()) { return false; }
  const int process = open_process(pid);
  // ESRCH: it has ended. Anything else: this system has no pidfd, or no descriptor is left.
  if (process == -1) { return false; }
  // Who still runs after the descriptor was opened lived when it was: the number cannot have passed to another process.
  if (is_running(other) && send(process, SIGSTOP)) {
    suspended_ = process;
    // Who has finished meanwhile does other work: it must not wait for us.
    if (is_running(other)) { return true; }
    resume();
    return false;
  }
  close(process);  // cannot fail: it is open, and there is nothing to be written
  return false;
}

void ParticipantGate::resume() {
  if (suspended_ == nobody) { return; }
  const int process = std::exchange(suspended_, nobody);
  // As send(), but from a destructor too: it cannot fail for a process that could be stopped, and for one that is gone it does not matter.
  syscall(SYS_pidfd_send_signal, process, SIGCONT, nullptr, 0);
  close(process);  // cannot fail: as above
}

void ParticipantGate::after_body() {
  if (!order_.probe_floor) { return; }
  if (index_ == 0) { meeting_point_.floor_line.reset(); }
  if (meeting_point_.barrier.arrive_and_wait() == shm::Released::called_off) { return; }
  probe_floor(meeting_point_.floor_after_ns);
}

bool ParticipantGate::everybody_shares_memory() const {
  // relaxed: everybody's increment happened before the barrier let us go
  return meeting_point_.present.load(std::memory_order_relaxed) == order_.parties;
}

void ParticipantGate::probe_floor(double& result) {
  if (index_ > 1) { return; }
  const auto side = index_ == 0 ? measure::FloorSide::first : measure::FloorSide::second;
  const double round_trip = measure::floor_round_trip(meeting_point_.floor_line, side, measure::floor_rounds, order_.called_off);
  if (side == measure::FloorSide::first) { result = round_trip; }
}

}  // namespace shmlab::run
