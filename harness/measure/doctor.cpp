#include "measure/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "measure/clock_calibration.hpp"

namespace shmlab::measure {
namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
/// What a run of everything needs at once, generously.
constexpr std::uint64_t enough_shm_bytes = 32 * mebibyte;
constexpr std::uint64_t enough_locked_bytes = 1 * mebibyte;
constexpr std::uint64_t enough_open_files = 256;
constexpr double tolerable_steal = 0.01;
/// Two participants need two CPUs that are idle otherwise, but for the odd daemon.
constexpr double cpus_for_a_run = 2;
constexpr double tolerable_load = 0.5;

bool has_option(std::string_view options, std::string_view option) {
  return fmt::format(",{},", options).find(fmt::format(",{},", option)) != std::string::npos;
}

void check_regions(const MachineState& machine, std::vector<Warning>& found) {
  if (!machine.memfd) {
    found.push_back({"memfd_create is refused", "regions of the default kind cannot be made",
                     "allow the system call in the container's seccomp profile, or choose another kind of region"});
  }
  if (!machine.shm_present) {
    found.push_back({"nothing is mounted on /dev/shm", "POSIX shared memory and named semaphores fail, or lie on a disk",
                     "mount -t tmpfs -o mode=1777 tmpfs /dev/shm"});
    return;
  }
  if (has_option(machine.shm_options, "ro")) {
    found.push_back({"/dev/shm is mounted read-only", "POSIX shared memory and named semaphores cannot be made",
                     "mount -o remount,rw /dev/shm"});
  }
  if (machine.shm_size_bytes < enough_shm_bytes) {
    found.push_back({fmt::format("/dev/shm is small: {} MiB in all", machine.shm_size_bytes / mebibyte),
                     "large regions end in \"no space left on device\"",
                     "mount -o remount,size=256M /dev/shm; in a container, --shm-size=256m"});
  } else if (machine.shm_free_bytes < enough_shm_bytes) {
    found.push_back({fmt::format("/dev/shm is nearly full: {} MiB free", machine.shm_free_bytes / mebibyte),
                     "large regions end in \"no space left on device\"", "remove what others left in /dev/shm"});
  }
}

void check_processors(const MachineState& machine, std::vector<Warning>& found) {
  if (machine.allowed_cpus < 2) {
    found.push_back({"only one CPU may be used",
                     "participants take turns instead of running side by side: figures show the scheduler",
                     "allow two CPUs or more (taskset, cpuset, the container's --cpuset-cpus)"});
  } else if (machine.allowed_cores < 2) {
    found.push_back({"all CPUs that may be used are siblings of one core",
                     "participants share its caches and execution units: latencies are too good, throughput too bad",
                     "allow CPUs of two cores or more (taskset, cpuset, the container's --cpuset-cpus)"});
  }
  if (machine.cpu_quota && *machine.cpu_quota < machine.allowed_cpus) {
    found.push_back({fmt::format("the cgroup's CPU quota is {:.2f} CPUs of {}", *machine.cpu_quota, machine.allowed_cpus),
                     "participants are halted for tens of milliseconds when it is used up",
                     "run without a quota (the container's --cpus, systemd's CPUQuota)"});
  }
  if (!trust_tsc(true, machine.clock_source)) {
    found.push_back({fmt::format("the kernel's clock source is {}", machine.clock_source),
                     "the time stamp counter is not trusted and a reading of the clock costs up to a microsecond",
                     "see the kernel's log for why it left tsc; boot parameter clocksource=tsc where the hardware is sound"});
  }
}

void check_disturbances(const MachineState& machine, std::vector<Warning>& found) {
  if (machine.load > std::max(0.0, machine.allowed_cpus - cpus_for_a_run) + tolerable_load) {
    found.push_back({fmt::format("the machine is busy: load average {:.2f} on {} CPUs", machine.load, machine.allowed_cpus),
                     "participants lose their CPUs to other work", "wait, or stop the other work"});
  }
  if (machine.steal && *machine.steal > tolerable_steal) {
    found.push_back({fmt::format("the hypervisor gave {:.1f} % of CPU time to others (steal)", 100 * *machine.steal),
                     "participants stop at moments that no program here can see", "use a machine with CPUs of its own"});
  }
  if (machine.swap_used_bytes > 0) {
    found.push_back({fmt::format("swap is in use: {} MiB", (machine.swap_used_bytes + mebibyte - 1) / mebibyte),
                     "a page of a region may have to come from disk", "free memory, then swapoff -a"});
  }
}

void check_frequency_and_place(const MachineState& machine, std::vector<Warning>& found) {
  if (!machine.governor.empty() && machine.governor != "performance") {
    found.push_back({fmt::format("the CPU frequency governor is {}", machine.governor),
                     "clock frequency follows the load: short runs and waiting look slow",
                     "cpupower frequency-set --governor performance"});
  }
  if (machine.boost.value_or(false)) {
    found.push_back({"turbo (boost) frequencies are on", "clock frequency depends on temperature and on what other cores do",
                     "write 0 to /sys/devices/system/cpu/cpufreq/boost, or 1 to .../intel_pstate/no_turbo"});
  }
  if (machine.smt.value_or(false)) {
    found.push_back({"simultaneous multithreading (SMT) is on", "work on a sibling thread slows a participant down",
                     "write off to /sys/devices/system/cpu/smt/control; shmlab itself takes one thread a core first"});
  }
  if (machine.hypervisor) {
    found.push_back({"this is a virtual machine", "the hypervisor may move CPUs apart in the middle of a run",
                     "trust samples labelled near, compare only within a run, or use real hardware"});
  }
  static constexpr std::array<std::string_view, 3> huge_policies{"always", "within_size", "force"};
  if (std::ranges::find(huge_policies, machine.transparent_huge_pages) != huge_policies.end()) {
    found.push_back({fmt::format("transparent huge pages for shared memory: {}", machine.transparent_huge_pages),
                     "page faults and address translation depend on the region's size and on free memory",
                     "write never to /sys/kernel/mm/transparent_hugepage/shmem_enabled"});
  }
}

void check_permissions(const MachineState& machine, std::vector<Warning>& found) {
  if (!machine.robust_futex) {
    found.push_back({"the kernel offers no robust futex list", "robust mutexes do not notice the death of their owner",
                     "use a kernel with CONFIG_FUTEX, or a container whose filter allows set_robust_list"});
  }
  if (machine.open_files && *machine.open_files < enough_open_files) {
    found.push_back({fmt::format("only {} open files are allowed", *machine.open_files),
                     "runs with many participants end in \"too many open files\"", "ulimit -n 1024"});
  }
  if (machine.locked_memory_bytes && *machine.locked_memory_bytes < enough_locked_bytes) {
    found.push_back({fmt::format("only {} KiB of memory may be locked", *machine.locked_memory_bytes / 1024),
                     "a region cannot be kept from being paged out", "ulimit -l unlimited"});
  }
  const int ptrace_scope = machine.ptrace_scope.value_or(0);
  if (ptrace_scope >= 2) {
    found.push_back({fmt::format("kernel.yama.ptrace_scope is {}", ptrace_scope),
                     "participants cannot be traced: no debugger, no single-stepping", "sysctl kernel.yama.ptrace_scope=1"});
  }
  const int paranoid = machine.perf_event_paranoid.value_or(0);
  if (paranoid > 2) {
    found.push_back({fmt::format("kernel.perf_event_paranoid is {}", paranoid), "hardware counters are closed to users",
                     "sysctl kernel.perf_event_paranoid=2"});
  }
}

}  // namespace

std::vector<Warning> warnings(const MachineState& machine) {
  std::vector<Warning> found;
  check_regions(machine, found);
  check_processors(machine, found);
  check_disturbances(machine, found);
  check_frequency_and_place(machine, found);
  check_permissions(machine, found);
  return found;
}

}  // namespace shmlab::measure
