#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/entry.hpp"
#include "contract/poll_policy.hpp"
#include "fault/schedule.hpp"
#include "shm/region.hpp"

namespace shmlab::run {

/// How participants run.
enum class Lane : std::uint8_t {
  processes,  ///< fork + exec of this program for each participant, each maps the region itself, at its own address
  forked,     ///< a pool of forked children; each maps the region at its own address; thousands of cases a second
  threads,    ///< threads of one exec'd process on one mapping: what ThreadSanitizer can see
  scheduled  ///< forked processes that take turns at every shared access: many schedules of one case, each of which repeats exactly
};
inline constexpr Lane all_lanes[] = {Lane::processes, Lane::forked, Lane::threads, Lane::scheduled};

constexpr std::string_view to_string(Lane lane) {
  switch (lane) {
    case Lane::processes: return "processes";
    case Lane::forked: return "forked";
    case Lane::threads: return "threads";
    case Lane::scheduled: return "scheduled";
  }
  return "unknown";
}

/// Which schedules the lane `scheduled` runs.
struct ScheduleSearch {
  std::uint64_t seed = 0;
  std::uint64_t schedules = 200;          ///< at most; the first finding ends the search
  std::optional<fault::Schedule> replay;  ///< this one alone
  bool trace = false;                     ///< keep the accesses of the last schedule
};

/// One run of one case.
struct Plan {
  const catalogue::StrategyEntry* strategy = nullptr;
  const catalogue::ScenarioEntry* scenario = nullptr;
  ParamValues values{};  ///< "operations" 0 needs run_for > 0
  Lane lane = Lane::processes;
  shm::RegionKind region = shm::RegionKind::memfd;
  std::string directory;                                         ///< of file regions; empty: $TMPDIR or /tmp
  std::string lent;                                              ///< of memfds: memory of another process (shm/lent_memory.hpp)
  std::chrono::nanoseconds run_for{0};                           ///< > 0: stop flag after this time
  std::chrono::nanoseconds deadline = std::chrono::seconds{20};  ///< for the whole case; then it is killed
  bool timing = false;                                           ///< record latencies
  std::chrono::nanoseconds slice{0};                             ///< > 0: participants leave marks that far apart, 64 at most
  bool probe_floor = false;      ///< cache-line round trip between the CPUs of participants 0 and 1, before and after
  bool counts_hardware = false;  ///< the CPU's counters, of each body (measure/hardware_counters.hpp)
  std::uint64_t perturbation =
      0;                  ///< seed of delays, yields and migrations at shared accesses; 0: none. Lanes processes and forked
  ScheduleSearch search;  ///< lane scheduled
  std::uint32_t cpu_quota_percent =
      0;                   ///< > 0: all participants have together that much of one CPU (cpu_quota.hpp). Lane processes
  PollPolicy poll_policy;  ///< what waiting loops do between two looks
  std::vector<int> cpus;   ///< participant i is pinned to cpus[i % size]; empty: not pinned
};

}  // namespace shmlab::run
