#pragma once

#include <chrono>
#include <cstdint>

namespace shmlab::run {

/// What one process that runs a strategy may take of the machine (setrlimit(2)), so that one gone wrong ends as a finding and takes nothing else
/// with it. No core is ever dumped. Generous: no limit is meant to be met.
struct ResourceLimits {
  std::uint64_t descriptors = 256;  ///< open at a time; then EMFILE
  std::uint64_t address_bytes =
      4ULL << 30;  ///< more than are mapped now; then ENOMEM. Sanitizers, which map terabytes, have none
  std::chrono::seconds cpu = std::chrono::minutes(10);  ///< CPU time from now on; then SIGXCPU
};

/// For the calling process, and whom it will start. A limit that is lower already stays. A second call begins anew with addresses and CPU time.
void limit_resources(const ResourceLimits& limits = {});
/// The last of them alone: a worker begins anew with each case.
void limit_cpu_time(std::chrono::seconds more = ResourceLimits{}.cpu);

/// How many processes may run below a runner at a time, its own workers among them; who is found to have started more is ended (supervisor.hpp).
inline constexpr std::uint64_t most_processes = 512;

/// For a runner: whoever it starts may start processes and threads until its user has `more` than now; then fork(2) says EAGAIN. The kernel
/// exempts root (fork(2), RLIMIT_NPROC), so that the supervisor alone bounds its participants.
void limit_tasks(std::uint64_t more = most_processes);

}  // namespace shmlab::run
