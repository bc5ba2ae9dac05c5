#include "measure/allowed_cpus.hpp"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <system_error>
#include <utility>

namespace shmlab::measure {
namespace {

/// A cpu_set_t for any number of CPUs (CPU_SET(3)).
class CpuMask {
 public:
  explicit CpuMask(std::size_t cpus) : cpus_(cpus), bytes_(CPU_ALLOC_SIZE(cpus)), mask_(CPU_ALLOC(cpus)) {
    if (!mask_) { throw std::bad_alloc(); }
    CPU_ZERO_S(bytes_, mask_.get());
  }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] cpu_set_t* get() const { return mask_.get(); }
  void add(int cpu) { CPU_SET_S(static_cast<std::size_t>(cpu), bytes_, mask_.get()); }
  [[nodiscard]] std::vector<int> members() const {
    std::vector<int> cpus;
    for (std::size_t cpu = 0; cpu < cpus_; ++cpu) {
      if (CPU_ISSET_S(cpu, bytes_, mask_.get())) { cpus.push_back(static_cast<int>(cpu)); }
    }
    return cpus;
  }

 private:
  struct Free {
    void operator()(cpu_set_t* mask) const { CPU_FREE(mask); }
  };
  std::size_t cpus_;
  std::size_t bytes_;
  std::unique_ptr<cpu_set_t, Free> mask_;
};

constexpr std::size_t most_cpus = 1U << 16U;

}  // namespace

std::vector<int> allowed_cpus() {
  int error = EINVAL;
  // EINVAL says that the kernel's mask is larger than ours
  for (std::size_t size = 1024; size <= most_cpus && error == EINVAL; size *= 2) {
    const CpuMask mask(size);
    if (sched_getaffinity(0, mask.bytes(), mask.get()) == 0) { return mask.members(); }
    error = errno;
  }
  throw std::system_error(error, std::generic_category(), "cannot read the CPU affinity mask");
}

std::vector<int> allowed_cpus(const SystemFiles& files) {
  const std::vector<int> mask = parse_cpu_list(files.value("proc/self/status", "Cpus_allowed_list", ':').value_or(""));
  const std::vector<int> online = online_cpus(files);
  std::vector<int> allowed;
  std::ranges::set_intersection(mask, online, std::back_inserter(allowed));
  return allowed;
}

std::vector<int> online_cpus(const SystemFiles& files) {
  return parse_cpu_list(files.line("sys/devices/system/cpu/online").value_or(""));
}

std::vector<CpuPlace> places_of(std::span<const int> cpus, const SystemFiles& files) {
  std::vector<CpuPlace> places;
  places.reserve(cpus.size());
  for (const int cpu : cpus) {
    const std::string folder = "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
    constexpr int unknown = -1;  // the kernel's own word for it
    const auto package = static_cast<int>(files.number(folder + "physical_package_id").value_or(unknown));
    const auto core = static_cast<int>(files.number(folder + "core_id").value_or(unknown));
    // A core of its own, in a package that no other CPU is in with a known core.
    const bool known = package >= 0 && core >= 0;
    places.push_back(known ? CpuPlace{.cpu = cpu, .package = package, .core = core}
                           : CpuPlace{.cpu = cpu, .package = unknown, .core = cpu});
  }
  return places;
}

std::vector<int> choose_cpus(std::size_t count, std::span<const CpuPlace> places) {
  std::map<std::pair<int, int>, int> threads_of_core;
  std::multimap<int, int> by_turn;  // a CPU's turn is how many threads of its core come before it
  for (const CpuPlace& place : places) { by_turn.emplace(threads_of_core[{place.package, place.core}]++, place.cpu); }

  std::vector<int> chosen;
  chosen.reserve(count);
  while (chosen.size() < count) {
    for (const auto& [turn, cpu] : by_turn) {
      if (chosen.size() < count) { chosen.push_back(cpu); }
    }
  }
  return chosen;
}

std::vector<int> choose_cpus(std::size_t count) {
  return choose_cpus(count, places_of(allowed_cpus()));
}

void pin_this_thread(int cpu) {
  int error = EINVAL;
  if (cpu >= 0 && static_cast<std::size_t>(cpu) < most_cpus) {
    CpuMask mask(most_cpus);
    mask.add(cpu);
    if (sched_setaffinity(0, mask.bytes(), mask.get()) == 0) { return; }
    error = errno;
  }
  throw std::system_error(error, std::generic_category(), "cannot keep a thread on CPU " + std::to_string(cpu));
}

KeptAffinity::~KeptAffinity() {
  CpuMask mask(most_cpus);
  for (const int cpu : cpus_) { mask.add(cpu); }
  // It can fail only when all these CPUs were taken from the process meanwhile: then the kernel has chosen others.
  sched_setaffinity(0, mask.bytes(), mask.get());
}

}  // namespace shmlab::measure
