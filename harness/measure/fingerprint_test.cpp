#include "measure/fingerprint.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>
#include <vector>

#include "measure/testing/fake_root.hpp"

namespace shmlab::measure {
namespace {

/// Two sockets of one core with two threads each; CPU 3 may not be used.
void describe_machine(FakeRoot& root) {
  root.write("proc/cpuinfo",
             "processor\t: 0\nvendor_id\t: Acme\nmodel name\t: Acme 9000 @ 3 GHz\nmicrocode\t: 0xa1\nflags\t\t: fpu hypervisor\n")
      .write("proc/meminfo", "MemTotal:       16384 kB\n")
      .write("proc/self/status", "Cpus_allowed_list:\t0-2\n")
      .write("proc/sys/kernel/osrelease", "6.1.0-test\n")
      .write("etc/os-release", "NAME=Test\nPRETTY_NAME=\"Test Linux 12\"\n")
      .write("sys/devices/system/cpu/online", "0-3\n")
      .write("sys/devices/system/node/online", "0-1\n")
      .write("sys/devices/system/cpu/smt/active", "1\n")
      .write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n")
      .write("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
  root.place_cpu(0, 0, 0).place_cpu(1, 0, 0).place_cpu(2, 1, 0).place_cpu(3, 1, 0);
  struct Cache {
    const char* level;
    const char* type;
    const char* size;
  };
  const std::vector<Cache> caches{
      {"1", "Data", "32K"}, {"1", "Instruction", "64K"}, {"2", "Unified", "1M"}, {"3", "Unified", "512"}};
  for (std::size_t index = 0; index < caches.size(); ++index) {
    const std::string folder = "sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) + "/";
    root.write(folder + "level", caches[index].level).write(folder + "type", caches[index].type);
    root.write(folder + "size", caches[index].size);
  }
}

TEST(Fingerprint, ReadsAMachine) {
  FakeRoot root;
  describe_machine(root);
  const Fingerprint machine = fingerprint(root.path());
  EXPECT_EQ(machine.cpu_model, "Acme 9000 @ 3 GHz");
  EXPECT_EQ(machine.cpu_vendor, "Acme");
  EXPECT_EQ(machine.logical_cpus, 4U);
  EXPECT_EQ(machine.allowed_cpus, 3U);
  EXPECT_EQ(machine.sockets, 2U);
  EXPECT_EQ(machine.cores, 2U);
  EXPECT_EQ(machine.threads_per_core, 2U);
  EXPECT_TRUE(machine.smt_active);
  EXPECT_EQ(machine.l1d_bytes, 32U << 10U);
  EXPECT_EQ(machine.l2_bytes, 1U << 20U);
  EXPECT_EQ(machine.l3_bytes, 512U);
  EXPECT_EQ(machine.numa_nodes, 2U);
  EXPECT_EQ(machine.memory_bytes, 16U << 20U);
  EXPECT_TRUE(machine.hypervisor);
  EXPECT_EQ(machine.microcode, "0xa1");
  EXPECT_EQ(machine.governor, "powersave");
  EXPECT_EQ(machine.clock_source, "tsc");
  EXPECT_EQ(machine.kernel_release, "6.1.0-test");
  EXPECT_EQ(machine.os, "Test Linux 12");
  EXPECT_EQ(machine.page_bytes, static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)));
  EXPECT_TRUE(machine.glibc_version.starts_with("2.")) << machine.glibc_version;
  EXPECT_EQ(machine.id, id_of(machine));
}

TEST(Fingerprint, MissingFilesAreNoErrors) {
  const FakeRoot root;
  const Fingerprint machine = fingerprint(root.path());
  EXPECT_EQ(machine.cpu_model, "");
  EXPECT_EQ(machine.logical_cpus, 0U);
  EXPECT_EQ(machine.l3_bytes, 0U);
  EXPECT_EQ(machine.memory_bytes, 0U);
  EXPECT_FALSE(machine.hypervisor);
  EXPECT_EQ(machine.id.size(), 16U);
}

TEST(Fingerprint, MalformedFilesAreNoErrors) {
  FakeRoot root;
  root.write("sys/devices/system/cpu/cpu0/cache/index0/level", "2")
      .write("sys/devices/system/cpu/cpu0/cache/index0/size", "hugeK")
      .write("sys/devices/system/cpu/online", "all of them")
      .write("proc/meminfo", "MemTotal: plenty");
  const Fingerprint machine = fingerprint(root.path());
  EXPECT_EQ(machine.l2_bytes, 0U);
  EXPECT_EQ(machine.logical_cpus, 0U);
  EXPECT_EQ(machine.memory_bytes, 0U);
}

TEST(Fingerprint, IsTheSameTwice) {
  EXPECT_EQ(fingerprint().id, fingerprint().id);
}

TEST(FingerprintId, IsTheSameInEveryBuild) {
  // Worked out independently: FNV-1a, 64 bits, of the fields' texts joined by newlines.
  EXPECT_EQ(id_of({}), "38307f9e8ae3e651");
}

TEST(FingerprintId, CoversWhatMakesResultsComparable) {
  const std::vector<std::function<void(Fingerprint&)>> changes{
      [](Fingerprint& machine) { machine.cpu_model = "x"; },      [](Fingerprint& machine) { machine.cpu_vendor = "x"; },
      [](Fingerprint& machine) { machine.logical_cpus = 9; },     [](Fingerprint& machine) { machine.allowed_cpus = 9; },
      [](Fingerprint& machine) { machine.sockets = 9; },          [](Fingerprint& machine) { machine.cores = 9; },
      [](Fingerprint& machine) { machine.threads_per_core = 9; }, [](Fingerprint& machine) { machine.smt_active = true; },
      [](Fingerprint& machine) { machine.l1d_bytes = 9; },        [](Fingerprint& machine) { machine.l2_bytes = 9; },
      [](Fingerprint& machine) { machine.l3_bytes = 9; },         [](Fingerprint& machine) { machine.numa_nodes = 9; },
      [](Fingerprint& machine) { machine.page_bytes = 9; },       [](Fingerprint& machine) { machine.hypervisor = true; },
      [](Fingerprint& machine) { machine.microcode = "x"; },      [](Fingerprint& machine) { machine.governor = "x"; },
      [](Fingerprint& machine) { machine.clock_source = "x"; },   [](Fingerprint& machine) { machine.kernel_release = "x"; },
      [](Fingerprint& machine) { machine.glibc_version = "x"; }};
  for (std::size_t index = 0; index < changes.size(); ++index) {
    Fingerprint machine;
    changes[index](machine);
    EXPECT_NE(id_of(machine), id_of({})) << "change " << index;
  }
}

TEST(FingerprintId, LeavesOutWhatDoesNot) {
  Fingerprint machine;
  machine.memory_bytes = 9;
  machine.os = "x";
  machine.id = "x";
  EXPECT_EQ(id_of(machine), id_of({}));
}

}  // namespace
}  // namespace shmlab::measure
