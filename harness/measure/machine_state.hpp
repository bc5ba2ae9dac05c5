#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace shmlab::measure {

/// What of a machine can spoil a measurement or stop a run. The defaults are a good machine; nullopt and empty: not known.
struct MachineState {
  std::uint32_t allowed_cpus = 2;      ///< in this process's affinity mask
  std::uint32_t allowed_cores = 2;     ///< physical cores that they belong to
  std::optional<double> cpu_quota;     ///< CPUs that the cgroup (v1 or v2) grants; nullopt: no limit
  std::string governor;                ///< cpufreq's, of CPU 0
  std::optional<bool> boost;           ///< turbo frequencies are on
  std::string clock_source;            ///< the kernel's
  bool hypervisor = false;             ///< a virtual machine
  std::optional<double> steal;         ///< share of CPU time since boot that the hypervisor gave to others, 0 .. 1
  double load = 0;                     ///< load average of the last minute
  std::optional<bool> smt;             ///< sibling threads are on
  std::string transparent_huge_pages;  ///< chosen policy for shared memory: "never", "advise", "within_size", "always" ...
  std::uint64_t swap_used_bytes = 0;

  bool shm_present = true;  ///< /dev/shm is a file system of its own
  std::uint64_t shm_size_bytes = 64U << 20U;
  std::uint64_t shm_free_bytes = 64U << 20U;
  std::string shm_options = "rw";   ///< mount options, comma-separated
  bool memfd = true;                ///< memfd_create(2) works
  bool robust_futex = true;         ///< set_robust_list(2) is there
  std::optional<int> ptrace_scope;  ///< Yama's, 0 .. 3
  std::optional<int> perf_event_paranoid;
  std::optional<std::uint64_t> locked_memory_bytes;  ///< soft RLIMIT_MEMLOCK; nullopt: unlimited
  std::optional<std::uint64_t> open_files;           ///< soft RLIMIT_NOFILE; nullopt: unlimited
};

/// Reads this machine; files of /proc, /sys and /dev/shm below `root`, the rest by system calls. Never fails.
[[nodiscard]] MachineState observe(const std::filesystem::path& root = "/");

}  // namespace shmlab::measure
