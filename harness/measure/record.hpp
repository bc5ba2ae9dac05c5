#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "contract/config.hpp"
#include "contract/scenario.hpp"

namespace shmlab::measure {

/// Where a participant is in its life.
enum class Phase : std::uint32_t { absent, attached, running, finished };

/// How far a participant was at one moment.
struct Mark {
  std::uint64_t ticks;
  std::uint64_t operations;
};
inline constexpr std::size_t max_marks = 64;

/// What the CPU counted while a body ran.
struct CpuCounts {
  std::uint64_t cycles = 0;
  std::uint64_t instructions = 0;
  std::uint64_t cache_misses = 0;
};

/// One participant's account in shared memory: written by it alone, read by the supervisor, also after its death.
/// A new-born record is all zero. Atomics are relaxed unless said otherwise: each is read for itself.
struct alignas(line_pair_bytes) Record {
  std::atomic<std::uint32_t> phase;       ///< Phase; release on `finished`: everything below is then final
  std::atomic<std::uint32_t> step;        ///< last step entered, index into ScenarioDescriptor::steps
  std::atomic<std::uint64_t> operations;  ///< completed; brought up to date every 64 operations and at the end
  std::atomic<std::uint32_t> pid;
  std::atomic<std::uint32_t> tid;
  std::atomic<std::uint64_t> mapped_at;  ///< address of the region in this participant
  std::uint64_t started = 0;             ///< ticks, at the first operation
  std::uint64_t ended = 0;               ///< ticks, after the last operation
  std::uint64_t cpu_ns = 0;              ///< user + system time of the body
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;
  CpuCounts cpu_counts{};            ///< of the body
  std::uint64_t has_cpu_counts = 0;  ///< 1: they were counted
  std::array<std::uint64_t, max_counters> counters{};
  std::array<Mark, max_marks> marks{};     ///< the first at the start; SessionPlan::slice_ticks apart, or a little more
  std::uint64_t marked = 0;                ///< of them
  std::atomic<std::uint64_t> events;       ///< begun in the history of this participant (release: each is whole but for its end)
  std::atomic<std::uint32_t> lost_events;  ///< 1: the history is longer than its log, and what is there is not all
  std::atomic<std::uint32_t> violated;     ///< 1 once `violation` is whole (release); the first one is kept
  std::array<char, 252> violation{};       ///< NUL-terminated
};

}  // namespace shmlab::measure
