#pragma once

#include <optional>

#include "measure/system_files.hpp"

namespace shmlab::measure {

/// How many CPUs' worth of time the cgroups of this process grant: the tightest limit of its own group and those above,
/// of version 2 (cpu.max) and version 1 (cpu.cfs_quota_us over cpu.cfs_period_us). nullopt: no limit is to be seen.
/// Linux, Documentation/admin-guide/cgroup-v2.rst and Documentation/scheduler/sched-bwc.rst.
[[nodiscard]] std::optional<double> cgroup_cpu_quota(const SystemFiles& files);

}  // namespace shmlab::measure
