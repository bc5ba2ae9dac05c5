#include "measure/machine_state.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "measure/testing/fake_root.hpp"

namespace shmlab::measure {
namespace {

TEST(MachineState, ReadsProcessors) {
  FakeRoot root;
  root.write("proc/self/status", "Cpus_allowed_list:\t0-3\n")
      .write("sys/devices/system/cpu/online", "0-2\n")
      .write("proc/self/cgroup", "0::/\n")
      .write("sys/fs/cgroup/cpu.max", "150000 100000\n")
      .write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n")
      .write("sys/devices/system/cpu/cpufreq/boost", "1\n")
      .write("sys/devices/system/cpu/smt/active", "1\n")
      .write("sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet\n")
      .write("proc/cpuinfo", "flags\t: fpu hypervisor\n");
  root.place_cpu(0, 0, 0).place_cpu(1, 0, 0).place_cpu(2, 0, 1);
  const MachineState machine = observe(root.path());
  EXPECT_EQ(machine.allowed_cpus, 3U);
  EXPECT_EQ(machine.allowed_cores, 2U);
  EXPECT_EQ(machine.cpu_quota, 1.5);
  EXPECT_EQ(machine.governor, "powersave");
  EXPECT_EQ(machine.boost, true);
  EXPECT_EQ(machine.smt, true);
  EXPECT_EQ(machine.clock_source, "hpet");
  EXPECT_TRUE(machine.hypervisor);
}

TEST(MachineState, ReadsTurboOfIntel) {
  FakeRoot root;
  root.write("sys/devices/system/cpu/intel_pstate/no_turbo", "0\n");
  EXPECT_EQ(observe(root.path()).boost, true);
  root.write("sys/devices/system/cpu/intel_pstate/no_turbo", "1\n");
  EXPECT_EQ(observe(root.path()).boost, false);
}

TEST(MachineState, ReadsActivity) {
  FakeRoot root;
  root.write("proc/stat", "cpu  10 0 10 60 0 0 0 20 5 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n")
      .write("proc/loadavg", "1.75 0.50 0.25 1/100 4242\n")
      .write("proc/meminfo", "SwapTotal: 4096 kB\nSwapFree: 1024 kB\n")
      .write("sys/kernel/mm/transparent_hugepage/shmem_enabled", "always within_size [advise] never deny force\n");
  const MachineState machine = observe(root.path());
  EXPECT_EQ(machine.steal, 0.2);
  EXPECT_EQ(machine.load, 1.75);
  EXPECT_EQ(machine.swap_used_bytes, 3U << 20U);
  EXPECT_EQ(machine.transparent_huge_pages, "advise");
}

TEST(MachineState, ReadsSharedMemory) {
  FakeRoot root;
  root.write("proc/self/mounts",
             "proc /proc proc rw 0 0\ntmpfs /dev/shm tmpfs rw,nosuid 0 0\ntmpfs /dev/shm tmpfs ro,size=64k 0 0\n")
      .write("dev/shm/file", "");
  const MachineState machine = observe(root.path());
  EXPECT_TRUE(machine.shm_present);
  EXPECT_EQ(machine.shm_options, "ro,size=64k");
  EXPECT_GT(machine.shm_size_bytes, 0U);
  EXPECT_LE(machine.shm_free_bytes, machine.shm_size_bytes);
}

TEST(MachineState, ReadsSettings) {
  FakeRoot root;
  root.write("proc/sys/kernel/yama/ptrace_scope", "3\n").write("proc/sys/kernel/perf_event_paranoid", "-1\n");
  EXPECT_EQ(observe(root.path()).ptrace_scope, 3);
  EXPECT_EQ(observe(root.path()).perf_event_paranoid, -1);
}

TEST(MachineState, MissingFilesAreUnknown) {
  const FakeRoot root;
  const MachineState machine = observe(root.path());
  EXPECT_EQ(machine.cpu_quota, std::nullopt);
  EXPECT_EQ(machine.governor, "");
  EXPECT_EQ(machine.boost, std::nullopt);
  EXPECT_EQ(machine.smt, std::nullopt);
  EXPECT_EQ(machine.steal, std::nullopt);
  EXPECT_EQ(machine.load, 0.0);
  EXPECT_EQ(machine.swap_used_bytes, 0U);
  EXPECT_EQ(machine.ptrace_scope, std::nullopt);
  EXPECT_EQ(machine.perf_event_paranoid, std::nullopt);
  EXPECT_FALSE(machine.shm_present);
  EXPECT_EQ(machine.shm_size_bytes, 0U);
}

TEST(MachineState, TruncatedFilesAreUnknown) {
  FakeRoot root;
  root.write("proc/stat", "cpu 1 2 3\n").write("proc/loadavg", "").write("proc/meminfo", "SwapTotal: 4096 kB\n");
  const MachineState machine = observe(root.path());
  EXPECT_EQ(machine.steal, std::nullopt);
  EXPECT_EQ(machine.load, 0.0);
  EXPECT_EQ(machine.swap_used_bytes, 0U);
}

/// Sets a soft limit and puts the old one back.
class SoftLimit {
 public:
  SoftLimit(__rlimit_resource_t resource, rlim_t value) : resource_(resource) {
    getrlimit(resource_, &before_);
    const rlimit changed{.rlim_cur = value, .rlim_max = before_.rlim_max};
    set_ = setrlimit(resource_, &changed) == 0;
  }
  SoftLimit(const SoftLimit&) = delete;
  SoftLimit& operator=(const SoftLimit&) = delete;
  ~SoftLimit() { setrlimit(resource_, &before_); }
  [[nodiscard]] bool is_set() const { return set_; }

 private:
  __rlimit_resource_t resource_;
  rlimit before_{};
  bool set_ = false;
};

TEST(MachineState, ReadsLimitsOfThisProcess) {
  const SoftLimit files(RLIMIT_NOFILE, 200);
  const SoftLimit locked(RLIMIT_MEMLOCK, 4096);
  ASSERT_TRUE(files.is_set() && locked.is_set());
  EXPECT_EQ(observe().open_files, 200U);
  EXPECT_EQ(observe().locked_memory_bytes, 4096U);
}

TEST(MachineState, ObservesThisMachine) {
  const MachineState machine = observe();
  EXPECT_GE(machine.allowed_cpus, 1U);
  EXPECT_GE(machine.allowed_cores, 1U);
  EXPECT_LE(machine.allowed_cores, machine.allowed_cpus);
  EXPECT_LE(machine.shm_free_bytes, machine.shm_size_bytes);
}

}  // namespace
}  // namespace shmlab::measure
