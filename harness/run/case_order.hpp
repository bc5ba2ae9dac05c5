#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "catalogue/entry.hpp"
#include "contract/config.hpp"
#include "contract/poll_policy.hpp"
#include "contract/scenario.hpp"
#include "measure/clock.hpp"
#include "measure/session.hpp"

namespace shmlab::run {

inline constexpr std::uint32_t max_participants = 64;
inline constexpr std::int32_t not_pinned = -1;

/// What lies in a case's region besides the case itself.
struct CaseExtent {
  std::size_t histograms = 0;  ///< per party; 0 when the run does not time
  std::uint64_t events = 0;    ///< per participant; 0 when the scenario records no history
  bool takes_turns = false;
  std::uint64_t trace = 0;  ///< entries; 0: no trace is kept
};

/// What the runner tells the participants of a case. It alone can write here (order_segment.hpp).
struct CaseOrder {
  // Constant once the case's region is ready.
  std::array<char, 128> strategy{};  ///< name, NUL-terminated
  std::array<char, 64> scenario{};   ///< name, NUL-terminated
  ParamValues values{};
  measure::ClockScale clock{};
  PollPolicy poll_policy{};
  measure::SessionPlan plan{};
  CaseExtent extent{};
  catalogue::Build build = catalogue::Build::native;
  std::uint64_t perturbation = 0;  ///< seed; 0: none
  std::uint32_t descriptors = 0;   ///< that the objects carry (env/carried_descriptors.hpp), besides the region's
  std::uint32_t participants = 0;
  std::uint32_t parties = 0;  ///< participants, and a prober when a lone participant has its floor probed
  bool probe_floor = false;
  bool counts_hardware = false;
  bool touch_pages = false;                           ///< before the start, so that the run meets no page fault
  std::array<std::int32_t, max_participants> cpus{};  ///< by participant; not_pinned

  // Where participants take turns: which schedules.
  std::uint64_t seed = 0;
  std::uint64_t most_schedules = 0;
  bool replays = false;  ///< the plan in the turn table, once

  alignas(line_pair_bytes) std::atomic<std::uint32_t> stop{0};  ///< Session's stop flag, set by the supervisor
  std::atomic<std::uint32_t> called_off{0};                     ///< the supervisor ended the case: floor probes give up
};

}  // namespace shmlab::run
