#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "contract/face.hpp"

namespace shmlab {

/// One runtime parameter of a scenario: its name in the command line, JSON and replay tokens, and its valid range.
template <class Params>
struct Param {
  std::string_view name;
  std::string_view unit;  ///< "count", "bytes", "ns"
  std::uint64_t Params::* member = nullptr;
  std::uint64_t low = 0;
  std::uint64_t high = 0;     ///< inclusive
  std::uint64_t typical = 0;  ///< what bench uses
};

/// The values of a scenario's parameters in the order of its declaration; unused places are zero.
inline constexpr std::size_t max_params = 8;
using ParamValues = std::array<std::uint64_t, max_params>;

/// Everything that tables, reports and documentation say about a scenario. All texts have static storage.
struct ScenarioDescriptor {
  std::string_view name;
  std::string_view summary;
  std::span<const Face> faces;  ///< a strategy with any one of them takes part, through the first in this order that it proves
  std::span<const std::string_view> roles;
  std::uint32_t measured_role = 0;               ///< whose operations are counted as throughput, index into roles
  std::span<const std::string_view> steps;       ///< named places of the bodies; the last one entered is kept for hang reports
  std::span<const std::string_view> invariants;  ///< what the judge holds the strategy to
  std::span<const std::string_view> metrics;     ///< what is measured
  std::span<const std::string_view> histograms;  ///< names of the histograms (ns), at most 3; the first is the latency
  std::span<const std::string_view> counters;    ///< names of the extra counters, at most 8
  std::string_view shown_counter{};              ///< the one of them that tables show, for each 1,000 operations; empty: none
  bool timed = true;                             ///< false: made to find faults, and left out of bench
  bool repeatable = true;  ///< false: its bodies depend on time or on signals, so the lane scheduled has no use for it
};

inline constexpr std::size_t max_histograms = 3;
inline constexpr std::size_t max_counters = 8;

/// The registrations of one scenario file: `using Plugins = Scenarios<PingPong>;`
template <class... Types>
struct Scenarios {};

}  // namespace shmlab
