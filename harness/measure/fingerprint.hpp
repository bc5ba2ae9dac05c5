#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace shmlab::measure {

/// The machine that a result came from. What cannot be read is empty, 0 or false: never an error.
struct Fingerprint {
  std::string cpu_model;
  std::string cpu_vendor;
  std::uint32_t logical_cpus = 0;  ///< online
  std::uint32_t allowed_cpus = 0;  ///< of them, in this process's affinity mask
  std::uint32_t sockets = 0;
  std::uint32_t cores = 0;             ///< physical, in all sockets
  std::uint32_t threads_per_core = 0;  ///< the largest number of online siblings
  bool smt_active = false;
  std::uint64_t l1d_bytes = 0;  ///< of one instance, as all caches here
  std::uint64_t l2_bytes = 0;
  std::uint64_t l3_bytes = 0;
  std::uint32_t numa_nodes = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t page_bytes = 0;
  bool hypervisor = false;
  std::string microcode;
  std::string governor;      ///< of CPU 0; empty where frequency is not the guest's to choose
  std::string clock_source;  ///< the kernel's
  std::string kernel_release;
  std::string glibc_version;
  std::string os;  ///< PRETTY_NAME of os-release
  std::string id;  ///< id_of() this
};

/// Reads the machine; files of /proc, /sys and /etc below `root`.
[[nodiscard]] Fingerprint fingerprint(const std::filesystem::path& root = "/");

/// 16 hexadecimal digits (64-bit FNV-1a), the same for the same machine in every build. Covers everything but `id` itself,
/// the memory's size and the name of the OS: results with the same id may be put side by side.
[[nodiscard]] std::string id_of(const Fingerprint& machine);

}  // namespace shmlab::measure
