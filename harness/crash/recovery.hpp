#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "catalogue/entry.hpp"
#include "crash/crash_cell.hpp"

namespace shmlab::crash {

/// What deaths in one role cost those who are left. Times are those of this machine at this moment: for the reader, and no condition of anything.
struct Recovery {
  CrashRole role = CrashRole::holder;
  std::uint64_t deaths = 0;             ///< one and more before each access of the victim
  std::vector<double> kill_to_next_ns;  ///< sorted: from kill(2) to the end of the next operation of a waiter that had to wait
  std::uint64_t never = 0;              ///< deaths after which it sleeps for ever, or polled in vain for long
  std::uint64_t lost =
      0;  ///< messages that were sent whole and that nobody received, or that the dead one had taken and not yet counted
  std::uint64_t duplicated = 0;  ///< messages that the dead one had counted, and its successor received again
  std::uint64_t poisoned = 0;    ///< deaths after which somebody was told that it cannot be repaired

  [[nodiscard]] double poisoned_rate() const {
    return deaths == 0 ? 0 : static_cast<double>(poisoned) / static_cast<double>(deaths);
  }
  /// The value that this part of the times does not exceed (nearest rank). There has to be one.
  [[nodiscard]] double time_at(double part) const;
};

/// Kills the victim before one access after the other, while the others go on by themselves. The strategy has a crash_code(); throws as crash().
Recovery measure_recovery(const catalogue::StrategyEntry& strategy, CrashRole role, const std::function<void()>& on_run);

}  // namespace shmlab::crash
