#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/outcome.hpp"
#include "contract/scenario.hpp"
#include "contract/verdict.hpp"
#include "fault/schedule.hpp"
#include "fault/turn_table.hpp"
#include "measure/histogram.hpp"
#include "measure/record.hpp"

namespace shmlab::run {

/// Who found a violation. The names are those of Descriptor::caught_by and of the JSON output.
namespace detector {
inline constexpr std::string_view invariant = "invariant";    ///< a body or the judge
inline constexpr std::string_view hang_watch = "hang_watch";  ///< everybody left is asleep and nobody can wake them
inline constexpr std::string_view supervisor = "supervisor";  ///< a death nobody ordered, or the deadline
inline constexpr std::string_view tsan = "tsan";              ///< a ThreadSanitizer report (lane threads, TSan build)
inline constexpr std::string_view history = "history";        ///< the recorded history has no sequential explanation
inline constexpr std::string_view schedules = "schedules";    ///< lane scheduled: any of the above, in a schedule that repeats
inline constexpr std::string_view explorer =
    "explorer";  ///< lane explore: every interleaving and weak-memory outcome of a small program
/// Every detector that `shmlab selftest` runs; controls may also name one that is not among them.
inline constexpr std::string_view all[] = {invariant, hang_watch, supervisor, history, schedules, explorer, tsan};
/// Those that watch the runs of `shmlab check`.
inline constexpr std::string_view of_runs[] = {invariant, hang_watch, supervisor, history, schedules, tsan};
}  // namespace detector

/// One participant's account after the run.
struct ParticipantResult {
  Outcome outcome;
  std::uint64_t mapped_at = 0;  ///< address of the region in this participant
  double started_ns = 0;        ///< first operation, relative to the earliest participant's
  double ended_ns = 0;          ///< after the last operation, same origin
  double cpu_ns = 0;
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;
  std::optional<measure::CpuCounts> cpu_counts;  ///< nullopt: not to be had on this machine
  std::array<std::uint64_t, max_counters> counters{};
  std::vector<measure::Mark> marks;  ///< none unless Plan::slice
};

/// What one run of one case gave.
struct Result {
  Verdict verdict;
  std::string_view detector;  ///< who said so, unless the verdict is ok
  std::vector<ParticipantResult> participants;
  std::vector<measure::Histogram>
      histograms;                ///< ticks, merged over participants, as ScenarioDescriptor::histograms; empty unless timing
  double elapsed_ns = 0;         ///< from the first participant's first operation to the last one's end
  double wall_ns = 0;            ///< the whole case: create, spawn, attach, run, judge
  std::uint64_t operations = 0;  ///< of the measured role
  double floor_before_ns = std::numeric_limits<double>::quiet_NaN();  ///< cache-line round trip; NaN: not probed
  double floor_after_ns = std::numeric_limits<double>::quiet_NaN();
  std::size_t region_bytes = 0;

  // Of the lane scheduled.
  std::uint64_t schedules = 0;           ///< runs
  std::uint64_t steps = 0;               ///< of the last
  fault::Schedule schedule;              ///< of the finding
  std::vector<fault::TraceEntry> trace;  ///< of the last, when asked for
};

}  // namespace shmlab::run
