#include "run/hang_watch.hpp"

#include "run/case_region.hpp"
#include "run/sleep_state.hpp"
#include "run/testimony.hpp"

namespace shmlab::run {

bool HangWatch::look() {
  std::vector<Sight> now(region_.participants());
  bool anybody_left = false;
  bool all_stranded = !last_.empty();
  for (std::uint32_t i = 0; i < region_.participants(); ++i) {
    const measure::Record& record = region_.record(i);
    const measure::Phase phase = phase_of(record);
    if (phase == measure::Phase::finished) { continue; }
    anybody_left = true;
    // relaxed: written once before the phase that is looked at here; 0 is coped with
    const auto pid = static_cast<pid_t>(record.pid.load(std::memory_order_relaxed));
    const auto tid = static_cast<pid_t>(record.tid.load(std::memory_order_relaxed));
    const std::uint64_t mapped_at = record.mapped_at.load(std::memory_order_relaxed);
    SleepState state = sleep_state(pid, tid, mapped_at, region_.layout().bytes());
    now[i] = {state.asleep_for_good && phase == measure::Phase::running, state.switches, std::move(state.where)};
    all_stranded = all_stranded && now[i].asleep_for_good && last_[i].asleep_for_good && now[i].switches == last_[i].switches;
  }
  last_ = std::move(now);
  return anybody_left && all_stranded;
}

}  // namespace shmlab::run
