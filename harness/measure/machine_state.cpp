#include "measure/machine_state.hpp"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "measure/allowed_cpus.hpp"
#include "measure/cgroup_quota.hpp"
#include "measure/system_files.hpp"

namespace shmlab::measure {
namespace {

void read_processors(const SystemFiles& files, MachineState& machine) {
  const std::vector<int> allowed = allowed_cpus(files);
  std::set<std::pair<int, int>> cores;
  for (const CpuPlace& place : places_of(allowed, files)) { cores.emplace(place.package, place.core); }
  if (!allowed.empty()) {
    machine.allowed_cpus = static_cast<std::uint32_t>(allowed.size());
    machine.allowed_cores = static_cast<std::uint32_t>(cores.size());
  }
  machine.cpu_quota = cgroup_cpu_quota(files);
  machine.governor = files.line("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").value_or("");
  if (const auto boost = files.number("sys/devices/system/cpu/cpufreq/boost")) { machine.boost = *boost != 0; }
  if (const auto off = files.number("sys/devices/system/cpu/intel_pstate/no_turbo")) { machine.boost = *off == 0; }
  if (const auto active = files.number("sys/devices/system/cpu/smt/active")) { machine.smt = *active != 0; }
  machine.clock_source = files.line(current_clock_source).value_or("");
  machine.hypervisor = runs_on_hypervisor(files);
}

/// /proc/stat, first line: "cpu user nice system idle iowait irq softirq steal ..." (proc(5)); guest time is part of user.
std::optional<double> steal_share(const SystemFiles& files) {
  std::istringstream line(files.line("proc/stat").value_or(""));
  std::string name;
  line >> name;
  constexpr int steal_column = 7;
  double total = 0;
  double ticks = 0;
  for (int column = 0; column <= steal_column; ++column) {
    if (!(line >> ticks)) { return std::nullopt; }
    total += ticks;
  }
  return total > 0 ? std::optional(ticks / total) : std::nullopt;
}

void read_activity(const SystemFiles& files, MachineState& machine) {
  machine.steal = steal_share(files);
  std::istringstream(files.line("proc/loadavg").value_or("0")) >> machine.load;
  const std::uint64_t swap_bytes = memory_info_bytes(files, "SwapTotal").value_or(0);
  machine.swap_used_bytes = swap_bytes - memory_info_bytes(files, "SwapFree").value_or(swap_bytes);
  machine.transparent_huge_pages =
      chosen_word(files.line("sys/kernel/mm/transparent_hugepage/shmem_enabled").value_or("")).value_or("");
}

/// Mount options of what is mounted on /dev/shm, of the last such mount: it hides those before. nullopt: nothing is.
std::optional<std::string> shm_mount_options(const SystemFiles& files) {
  std::optional<std::string> options;
  std::istringstream mounts(files.text("proc/self/mounts").value_or(""));
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream fields(line);
    std::string device;
    std::string point;
    std::string type;
    std::string option_list;
    if (fields >> device >> point >> type >> option_list && point == "/dev/shm") { options = option_list; }
  }
  return options;
}

void read_shared_memory(const SystemFiles& files, MachineState& machine) {
  const auto options = shm_mount_options(files);
  machine.shm_present = options.has_value();
  machine.shm_options = options.value_or("");
  struct statvfs space{};
  const bool known = statvfs(files.at("dev/shm").c_str(), &space) == 0;  // any errno: there is no such place
  machine.shm_size_bytes = known ? std::uint64_t{space.f_frsize} * space.f_blocks : 0;
  machine.shm_free_bytes = known ? std::uint64_t{space.f_frsize} * space.f_bavail : 0;
}

bool has_memfd() {
  const int descriptor = memfd_create("shmlab-doctor", MFD_CLOEXEC);
  if (descriptor < 0) { return false; }  // ENOSYS, or EPERM by a seccomp filter: not to be had either way
  close(descriptor);                     // cannot fail in a way that matters: nothing was written
  return true;
}

bool has_robust_futex() {
  void* head = nullptr;
  std::size_t length = 0;
  constexpr int this_thread = 0;
  return syscall(SYS_get_robust_list, this_thread, &head, &length) == 0;  // ENOSYS or EPERM: not to be had
}

std::optional<std::uint64_t> soft_limit(__rlimit_resource_t resource) {
  rlimit limit{};
  getrlimit(resource, &limit);  // cannot fail: the resource is known to Linux and the pointer is valid
  if (limit.rlim_cur == RLIM_INFINITY) { return std::nullopt; }
  return limit.rlim_cur;
}

std::optional<int> setting(const SystemFiles& files, std::string_view path) {
  const auto number = files.number(path);
  return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

void read_permissions(const SystemFiles& files, MachineState& machine) {
  machine.memfd = has_memfd();
  machine.robust_futex = has_robust_futex();
  machine.ptrace_scope = setting(files, "proc/sys/kernel/yama/ptrace_scope");
  machine.perf_event_paranoid = setting(files, "proc/sys/kernel/perf_event_paranoid");
  machine.locked_memory_bytes = soft_limit(RLIMIT_MEMLOCK);
  machine.open_files = soft_limit(RLIMIT_NOFILE);
}

}  // namespace

MachineState observe(const std::filesystem::path& root) {
  const SystemFiles files(root);
  MachineState machine;
  read_processors(files, machine);
  read_activity(files, machine);
  read_shared_memory(files, machine);
  read_permissions(files, machine);
  return machine;
}

}  // namespace shmlab::measure
