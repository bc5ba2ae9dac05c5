#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "measure/histogram.hpp"

namespace shmlab::report {

/// The buckets of a histogram that are not empty: a thousandth of its size, and mergeable after the run.
struct LatencyHistogram {
  /// Values low .. high, inclusive.
  struct Bucket {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::uint64_t count = 0;
    friend bool operator==(const Bucket&, const Bucket&) = default;
  };

  std::string name;  ///< what was timed, "round_trip"
  double ns_per_tick = 1;
  std::uint64_t count = 0;
  std::uint64_t sum = 0;        ///< ticks, as all below
  std::uint64_t max = 0;        ///< exact
  std::vector<Bucket> buckets;  ///< ascending, all from measure::Histogram, so that equal lows mean equal buckets

  friend bool operator==(const LatencyHistogram&, const LatencyHistogram&) = default;
};

/// Compact copy of what a run recorded.
LatencyHistogram compact(std::string name, const measure::Histogram& ticks, double ns_per_tick);

/// All values of several histograms with one name and one scale. At least one.
LatencyHistogram merged(std::span<const LatencyHistogram* const> histograms);

/// The value of rank ceil(q * count) in nanoseconds, 0 < q <= 1, with the precision of measure::Histogram::percentile().
/// NaN when empty.
double percentile_ns(const LatencyHistogram& histogram, double q);
/// NaN when empty.
double mean_ns(const LatencyHistogram& histogram);
double max_ns(const LatencyHistogram& histogram);

}  // namespace shmlab::report
