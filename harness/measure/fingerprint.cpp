#include "measure/fingerprint.hpp"

#include <fmt/format.h>
#include <gnu/libc-version.h>
#include <unistd.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "measure/allowed_cpus.hpp"
#include "measure/system_files.hpp"

namespace shmlab::measure {
namespace {

constexpr std::string_view cpu_info = "proc/cpuinfo";

/// "32K", "1M" or "512" as bytes; 0 when malformed.
std::uint64_t bytes_of(std::string_view size) {
  std::uint64_t unit = 1;
  if (size.ends_with('K')) { unit = std::uint64_t{1} << 10U; }
  if (size.ends_with('M')) { unit = std::uint64_t{1} << 20U; }
  if (unit != 1) { size.remove_suffix(1); }
  const auto number = parse_number(size);
  return number && *number > 0 ? static_cast<std::uint64_t>(*number) * unit : 0;
}

void read_processor(const SystemFiles& files, Fingerprint& machine) {
  machine.cpu_model = files.value(cpu_info, "model name", ':').value_or("");
  machine.cpu_vendor = files.value(cpu_info, "vendor_id", ':').value_or("");
  machine.microcode = files.value(cpu_info, "microcode", ':').value_or("");
  machine.hypervisor = runs_on_hypervisor(files);
  machine.governor = files.line("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").value_or("");
}

void read_topology(const SystemFiles& files, Fingerprint& machine) {
  const std::vector<int> online = online_cpus(files);
  std::set<int> packages;
  std::map<std::pair<int, int>, std::uint32_t> threads;
  for (const CpuPlace& place : places_of(online, files)) {
    packages.insert(place.package);
    ++threads[{place.package, place.core}];
  }
  machine.logical_cpus = static_cast<std::uint32_t>(online.size());
  machine.allowed_cpus = static_cast<std::uint32_t>(allowed_cpus(files).size());
  machine.sockets = static_cast<std::uint32_t>(packages.size());
  machine.cores = static_cast<std::uint32_t>(threads.size());
  for (const auto& [core, count] : threads) { machine.threads_per_core = std::max(machine.threads_per_core, count); }
  machine.smt_active = files.number("sys/devices/system/cpu/smt/active").value_or(machine.threads_per_core > 1 ? 1 : 0) != 0;
  machine.numa_nodes =
      static_cast<std::uint32_t>(parse_cpu_list(files.line("sys/devices/system/node/online").value_or("")).size());
}

void read_caches(const SystemFiles& files, Fingerprint& machine) {
  for (int index = 0;; ++index) {
    const std::string folder = fmt::format("sys/devices/system/cpu/cpu0/cache/index{}/", index);
    const auto level = files.number(folder + "level");
    if (!level) { return; }
    if (files.line(folder + "type") == "Instruction") { continue; }
    const std::uint64_t bytes = bytes_of(files.line(folder + "size").value_or(""));
    if (*level == 1) { machine.l1d_bytes = bytes; }
    if (*level == 2) { machine.l2_bytes = bytes; }
    if (*level == 3) { machine.l3_bytes = bytes; }
  }
}

void read_system(const SystemFiles& files, Fingerprint& machine) {
  machine.memory_bytes = memory_info_bytes(files, "MemTotal").value_or(0);
  machine.page_bytes = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));  // cannot fail
  machine.clock_source = files.line(current_clock_source).value_or("");
  machine.kernel_release = files.line("proc/sys/kernel/osrelease").value_or("");
  machine.glibc_version = gnu_get_libc_version();
  machine.os = files.value("etc/os-release", "PRETTY_NAME", '=').value_or("");
}

}  // namespace

std::string id_of(const Fingerprint& machine) {
  const std::string text = fmt::format(
      "{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", machine.cpu_model, machine.cpu_vendor,
      machine.logical_cpus, machine.allowed_cpus, machine.sockets, machine.cores, machine.threads_per_core, machine.smt_active,
      machine.l1d_bytes, machine.l2_bytes, machine.l3_bytes, machine.numa_nodes, machine.page_bytes, machine.hypervisor,
      machine.microcode, machine.governor, machine.clock_source, machine.kernel_release, machine.glibc_version);
  // FNV-1a, 64 bits: Fowler, Noll, Vo; draft-eastlake-fnv
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (const char letter : text) {
    hash ^= static_cast<unsigned char>(letter);
    hash *= 0x0000'0100'0000'01b3;
  }
  return fmt::format("{:016x}", hash);
}

Fingerprint fingerprint(const std::filesystem::path& root) {
  const SystemFiles files(root);
  Fingerprint machine;
  read_processor(files, machine);
  read_topology(files, machine);
  read_caches(files, machine);
  read_system(files, machine);
  machine.id = id_of(machine);
  return machine;
}

}  // namespace shmlab::measure
