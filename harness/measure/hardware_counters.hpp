#pragma once

#include <array>
#include <optional>
#include <string>

#include "measure/record.hpp"
#include "shm/file_descriptor.hpp"

namespace shmlab::measure {

/// The CPU's own counters of the calling thread (perf_event_open(2)), in user mode: cycles, instructions, and misses of the last cache. Machines without
/// them, most virtual ones among these, and kernels that keep them for themselves (/proc/sys/kernel/perf_event_paranoid) give none.
class HardwareCounters {
 public:
  /// Opens them; they stand still.
  HardwareCounters();

  /// Why there are none, in one line; empty: there are.
  [[nodiscard]] const std::string& why_none() const { return why_none_; }

  /// From 0 on.
  void start();
  /// What they have counted since; nullopt without counters, or when the kernel had to share them out, so that the figures would be guesses.
  std::optional<CpuCounts> stop();

 private:
  static constexpr std::size_t events = 3;
  std::array<shm::FileDescriptor, events> counters_;  ///< the first leads the group
  std::string why_none_;
};

}  // namespace shmlab::measure
