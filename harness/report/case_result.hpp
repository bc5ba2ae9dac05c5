#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "contract/descriptor.hpp"
#include "contract/face.hpp"
#include "measure/regime.hpp"
#include "report/latency.hpp"

namespace shmlab::report {

/// Stands for what was not measured or does not apply; written as null, left out of medians.
inline constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();

/// One timed run of one case.
struct Sample {
  double ns_per_operation = not_measured;
  double operations_per_s = not_measured;
  std::uint64_t operations = 0;  ///< of the measured role
  double elapsed_ns = not_measured;
  double floor_before_ns = not_measured;  ///< cache-line round trip between the same CPUs, just before
  double floor_after_ns = not_measured;
  measure::Regime regime = measure::Regime::unknown;  ///< against the whole run; see measure::regimes_of()
  double cpu_ns_per_operation = not_measured;         ///< of all participants together
  double switches_per_operation = not_measured;       ///< voluntary and involuntary, of all participants
  double jain = not_measured;                         ///< fairness, 1/n .. 1; only where several participants play the same role
  double min_max_ratio = not_measured;                ///< smallest share over largest, 0 .. 1; likewise
  double cycles_per_operation = not_measured;         ///< by the CPU's counters, in user mode, of all participants together
  double instructions_per_operation = not_measured;   ///< likewise
  double cache_misses_per_operation = not_measured;   ///< likewise
  std::map<std::string, double> counters;             ///< of the scenario, by name, summed over participants
  std::vector<LatencyHistogram> latencies;            ///< in the scenario's order; the first is what the table shows
};

/// Everything measured of one scenario with one strategy and one set of parameters.
struct CaseResult {
  std::string
      name;  ///< "scenario/strategy", "/parameter=value" for each one off its typical value, "/region=" unless memfd, "/waiting=" unless
             ///< pause, "/per_cpu=" where they are crowded, "/cpu_quota=" where they are limited
  std::string scenario;
  std::string strategy;
  Kind kind = Kind::own;
  Face face = Face::exclusive;  ///< through which the strategy took part
  std::string lane;
  std::string region;
  std::uint32_t participants = 0;
  std::uint64_t region_bytes = 0;               ///< of strategy and scenario
  std::string waiting = "pause";                ///< what waiting loops did between two looks; see poll_policies
  std::uint32_t participants_per_cpu = 0;       ///< that were crowded together; 0: they had a CPU each as far as there are
  std::uint32_t cpu_quota_percent = 0;          ///< of one CPU, for all participants together; 0: no limit
  std::string shown_counter;                    ///< of the scenario: which of the counters tables show; empty: none
  std::map<std::string, std::uint64_t> params;  ///< all of them
  std::vector<Sample> samples;
};

/// Why a pair of scenario and strategy has no result.
enum class Cause : std::uint8_t {
  does_not_fit,  ///< a face is missing or a limit exceeded
  unavailable,   ///< not on this machine or in this build
  failed         ///< the run did not end well: violated, hung or died
};

constexpr std::string_view to_string(Cause cause) {
  switch (cause) {
    case Cause::does_not_fit: return "does_not_fit";
    case Cause::unavailable: return "unavailable";
    case Cause::failed: return "failed";
  }
  return "unknown";
}

/// A pair without a result, named so that nothing is a silent gap.
struct Skipped {
  std::string name;  ///< as the case would have been called
  std::string scenario;
  std::string strategy;
  std::string reason;  ///< one line
  Cause cause = Cause::does_not_fit;
};

}  // namespace shmlab::report
