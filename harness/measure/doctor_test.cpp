#include "measure/doctor.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

namespace shmlab::measure {
namespace {

struct BadState {
  std::string warned_of;  ///< part of Warning::what
  std::function<void(MachineState&)> spoil;
};

const std::vector<BadState> bad_states{
    {"only one CPU", [](MachineState& machine) { machine.allowed_cpus = machine.allowed_cores = 1; }},
    {"siblings of one core", [](MachineState& machine) { machine.allowed_cores = 1; }},
    {"quota is 1.50 CPUs of 2", [](MachineState& machine) { machine.cpu_quota = 1.5; }},
    {"governor is powersave", [](MachineState& machine) { machine.governor = "powersave"; }},
    {"turbo (boost)", [](MachineState& machine) { machine.boost = true; }},
    {"clock source is hpet", [](MachineState& machine) { machine.clock_source = "hpet"; }},
    {"virtual machine", [](MachineState& machine) { machine.hypervisor = true; }},
    {"2.5 % of CPU time to others (steal)", [](MachineState& machine) { machine.steal = 0.025; }},
    {"load average 1.20 on 2 CPUs", [](MachineState& machine) { machine.load = 1.2; }},
    {"multithreading (SMT)", [](MachineState& machine) { machine.smt = true; }},
    {"huge pages for shared memory: always", [](MachineState& machine) { machine.transparent_huge_pages = "always"; }},
    {"huge pages for shared memory: force", [](MachineState& machine) { machine.transparent_huge_pages = "force"; }},
    {"swap is in use: 1 MiB", [](MachineState& machine) { machine.swap_used_bytes = 1; }},
    {"nothing is mounted on /dev/shm",
     [](MachineState& machine) {
       machine.shm_present = false;
       machine.shm_size_bytes = machine.shm_free_bytes = 0;
     }},
    {"read-only", [](MachineState& machine) { machine.shm_options = "nosuid,ro,relatime"; }},
    {"/dev/shm is small: 1 MiB", [](MachineState& machine) { machine.shm_size_bytes = machine.shm_free_bytes = 1U << 20U; }},
    {"/dev/shm is nearly full: 0 MiB free", [](MachineState& machine) { machine.shm_free_bytes = 4096; }},
    {"memfd_create", [](MachineState& machine) { machine.memfd = false; }},
    {"robust futex", [](MachineState& machine) { machine.robust_futex = false; }},
    {"ptrace_scope is 2", [](MachineState& machine) { machine.ptrace_scope = 2; }},
    {"perf_event_paranoid is 3", [](MachineState& machine) { machine.perf_event_paranoid = 3; }},
    {"only 64 KiB of memory may be locked", [](MachineState& machine) { machine.locked_memory_bytes = 65'536; }},
    {"only 100 open files", [](MachineState& machine) { machine.open_files = 100; }},
};

TEST(Doctor, IsSilentAboutAGoodMachine) {
  EXPECT_TRUE(warnings(MachineState{}).empty());
}

TEST(Doctor, NamesEveryBadStateAndNothingElse) {
  for (const BadState& bad : bad_states) {
    MachineState machine;
    bad.spoil(machine);
    const auto found = warnings(machine);
    ASSERT_EQ(found.size(), 1U) << bad.warned_of;
    EXPECT_NE(found.front().what.find(bad.warned_of), std::string::npos) << found.front().what;
  }
}

TEST(Doctor, SaysEffectAndRemedyInOneLineEach) {
  for (const BadState& bad : bad_states) {
    MachineState machine;
    bad.spoil(machine);
    for (const Warning& warning : warnings(machine)) {
      for (const std::string& text : {warning.what, warning.effect, warning.remedy}) {
        EXPECT_FALSE(text.empty()) << bad.warned_of;
        EXPECT_EQ(text.find('\n'), std::string::npos) << text;
      }
    }
  }
}

TEST(Doctor, NamesSeveralAtOnce) {
  MachineState machine;
  machine.memfd = false;
  machine.load = 5;
  machine.hypervisor = true;
  std::set<std::string> distinct;
  for (const Warning& warning : warnings(machine)) { distinct.insert(warning.what); }
  EXPECT_EQ(distinct.size(), 3U);
}

TEST(Doctor, LeavesGoodStatesAlone) {
  const std::vector<std::function<void(MachineState&)>> good{
      [](MachineState& machine) { machine.governor = "performance"; },
      [](MachineState& machine) { machine.boost = machine.smt = false; },
      [](MachineState& machine) { machine.cpu_quota = 2.0; },
      [](MachineState& machine) { machine.clock_source = "kvm-clock"; },
      [](MachineState& machine) { machine.steal = 0.001; },
      [](MachineState& machine) { machine.load = 0.3; },
      [](MachineState& machine) {
        machine.allowed_cpus = machine.allowed_cores = 16;
        machine.load = 10;
      },
      [](MachineState& machine) { machine.shm_options = "rw,errors=remount-ro"; },
      [](MachineState& machine) { machine.ptrace_scope = 1; },
      [](MachineState& machine) { machine.perf_event_paranoid = 2; },
      [](MachineState& machine) { machine.open_files = 1024; },
      [](MachineState& machine) { machine.transparent_huge_pages = "advise"; }};
  for (std::size_t index = 0; index < good.size(); ++index) {
    MachineState machine;
    good[index](machine);
    EXPECT_TRUE(warnings(machine).empty()) << index << ": " << warnings(machine).front().what;
  }
}

}  // namespace
}  // namespace shmlab::measure
