#include "crash/recovery.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "crash/recovery_run.hpp"
#include "measure/clock.hpp"

namespace shmlab::crash {

double Recovery::time_at(double part) const {
  const double rank = std::ceil(part * static_cast<double>(kill_to_next_ns.size()));
  return kill_to_next_ns[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

Recovery measure_recovery(const catalogue::StrategyEntry& strategy, CrashRole role, const std::function<void()>& on_run) {
  constexpr std::uint64_t most_points = 400;
  constexpr int times = 3;  // at each point
  measure::Clock::calibrate();
  Recovery recovery;
  recovery.role = role;
  RecoveryRun run(strategy, role);
  bool dies = true;
  for (std::uint64_t point = 1; dies && point <= most_points; ++point) {
    for (int i = 0; i < times && dies; ++i) {
      dies = run.kill_at({role, point, point}).died;
      if (on_run) { on_run(); }
      if (!dies) { break; }
      const RecoverySample& sample = run.sample();
      ++recovery.deaths;
      recovery.never += sample.never ? 1 : 0;
      recovery.lost += sample.lost;
      recovery.duplicated += sample.duplicated;
      recovery.poisoned += sample.is_poisoned ? 1 : 0;
      if (sample.kill_to_next_ns) { recovery.kill_to_next_ns.push_back(*sample.kill_to_next_ns); }
    }
  }
  std::ranges::sort(recovery.kill_to_next_ns);
  return recovery;
}

}  // namespace shmlab::crash
