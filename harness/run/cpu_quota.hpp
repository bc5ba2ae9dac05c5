#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace shmlab::run {

/// A control group of this run whose members have together a share of one CPU's time and no more, by the kernel's scheduler (Linux,
/// Documentation/scheduler/sched-bwc.rst; cgroup-v2.rst, cpu.max). It goes with this object, when its members have ended.
class CpuQuota {
 public:
  /// `percent` > 0 of one CPU. Throws Unavailable, with the reason, where this process may not make such a group.
  explicit CpuQuota(std::uint32_t percent, const std::filesystem::path& root = "/");
  ~CpuQuota();
  CpuQuota(const CpuQuota&) = delete;
  CpuQuota& operator=(const CpuQuota&) = delete;

  /// Makes a process a member, with all of its threads. Throws std::system_error.
  void add(pid_t process) const;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

/// Takes away the groups that a run has left, which was killed; those that have members stay.
void remove_quotas_of(std::string_view run_id, const std::filesystem::path& root = "/");

}  // namespace shmlab::run
