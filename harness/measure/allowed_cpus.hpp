#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "measure/system_files.hpp"

namespace shmlab::measure {

/// The CPUs that this thread may run on (sched_getaffinity(2)), ascending, never empty.
/// Throws std::system_error when the kernel does not tell.
[[nodiscard]] std::vector<int> allowed_cpus();

/// The same for the main thread of this process, as the files tell it: what of the mask is online; empty when they do not.
[[nodiscard]] std::vector<int> allowed_cpus(const SystemFiles& files);

/// The CPUs that the kernel schedules on, ascending; empty when the files do not tell.
[[nodiscard]] std::vector<int> online_cpus(const SystemFiles& files);

/// A logical CPU and the physical core that it is a thread of.
struct CpuPlace {
  int cpu;
  int package;
  int core;  ///< unique within its package
};

/// Where the given CPUs are; a CPU whose topology cannot be read counts as a core of its own.
[[nodiscard]] std::vector<CpuPlace> places_of(std::span<const int> cpus, const SystemFiles& files = SystemFiles("/"));

/// CPUs for `count` participants: one of each physical core first, then the siblings, and around again when participants
/// outnumber CPUs. Within these limits in the given order. `places` must not be empty.
[[nodiscard]] std::vector<int> choose_cpus(std::size_t count, std::span<const CpuPlace> places);

/// The same among the allowed CPUs of this machine.
[[nodiscard]] std::vector<int> choose_cpus(std::size_t count);

/// Keeps the calling thread on one CPU (sched_setaffinity(2)).
/// Throws std::system_error, EINVAL when there is no such CPU or it is not available to this process.
void pin_this_thread(int cpu);

/// Gives the calling thread back, at the end of the scope, the CPUs that it had at its beginning.
class KeptAffinity {
 public:
  KeptAffinity() : cpus_(allowed_cpus()) {}
  ~KeptAffinity();
  KeptAffinity(const KeptAffinity&) = delete;
  KeptAffinity& operator=(const KeptAffinity&) = delete;

 private:
  std::vector<int> cpus_;
};

}  // namespace shmlab::measure
