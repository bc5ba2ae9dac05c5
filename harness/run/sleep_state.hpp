#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace shmlab::run {

/// What the kernel says of one thread at one moment.
struct SleepState {
  bool asleep_for_good = false;  ///< in a system call without a time-out that only another participant can end
  std::uint64_t switches = 0;    ///< voluntary context switches so far: unchanged means it did not run in between
  std::string where;             ///< "asleep in futex(FUTEX_WAIT) on region+0x1480", "running", ...
};

/// SleepState::asleep_for_good, for who asks many times: reads one file of a thread that does not sleep, and two of one that does.
bool is_asleep_for_good(pid_t pid, pid_t tid);

/// Reads /proc/PID/task/TID/{stat,status,syscall} (proc(5)). `region` is where the thread has the region mapped, `bytes` long,
/// so that a futex word can be named by its offset. A thread that has ended is not asleep.
SleepState sleep_state(pid_t pid, pid_t tid, std::uint64_t region, std::size_t bytes);

}  // namespace shmlab::run
