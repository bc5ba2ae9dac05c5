#include "measure/hardware_counters.hpp"

#include <fmt/format.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace shmlab::measure {
namespace {

constexpr std::array<std::uint64_t, 3> kinds{PERF_COUNT_HW_CPU_CYCLES, PERF_COUNT_HW_INSTRUCTIONS, PERF_COUNT_HW_CACHE_MISSES};

/// Of this thread, on whichever CPU; glibc has no wrapper.
int open_event(std::uint64_t kind, int leader) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_HARDWARE;
  attributes.config = kind;
  attributes.disabled = leader == -1 ? 1 : 0;
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  attributes.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  constexpr int this_thread = 0;
  constexpr int any_cpu = -1;
  return static_cast<int>(syscall(SYS_perf_event_open, &attributes, this_thread, any_cpu, leader, PERF_FLAG_FD_CLOEXEC));
}

std::string refusal(int error) {
  const std::string reason = std::system_category().message(error);
  switch (error) {
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP: return fmt::format("this machine, or its hypervisor, gives no hardware counters ({})", reason);
    case EACCES:
    case EPERM:
      return fmt::format("/proc/sys/kernel/perf_event_paranoid, or a filter, keeps hardware counters from us ({})", reason);
    case ENOSYS: return fmt::format("this kernel has no perf_event_open ({})", reason);
    default: return fmt::format("perf_event_open fails ({})", reason);
  }
}

/// What a read of the group's leader gives (perf_event_open(2), PERF_FORMAT_GROUP).
struct GroupReading {
  std::uint64_t events;
  std::uint64_t enabled_ns;
  std::uint64_t running_ns;
  std::array<std::uint64_t, kinds.size()> values;
};

}  // namespace

HardwareCounters::HardwareCounters() {
  for (std::size_t i = 0; i < events; ++i) {
    counters_[i] = shm::FileDescriptor(open_event(kinds[i], i == 0 ? -1 : counters_[0].get()));
    if (counters_[i].get() < 0) {
      why_none_ = refusal(errno);
      return;
    }
  }
}

void HardwareCounters::start() {
  if (!why_none_.empty()) { return; }
  // Neither can fail: the descriptor is one of a group's leader.
  ioctl(counters_[0].get(), PERF_EVENT_IOC_RESET, PERF_IOC_FLAG_GROUP);
  ioctl(counters_[0].get(), PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
}

std::optional<CpuCounts> HardwareCounters::stop() {
  if (!why_none_.empty()) { return std::nullopt; }
  ioctl(counters_[0].get(), PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);  // cannot fail, as above
  GroupReading reading{};
  const bool whole = read(counters_[0].get(), &reading, sizeof reading) == static_cast<ssize_t>(sizeof reading);
  if (!whole || reading.events != events || reading.running_ns != reading.enabled_ns) { return std::nullopt; }
  return CpuCounts{.cycles = reading.values[0], .instructions = reading.values[1], .cache_misses = reading.values[2]};
}

}  // namespace shmlab::measure
