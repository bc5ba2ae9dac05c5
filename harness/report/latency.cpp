#include "report/latency.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace shmlab::report {

LatencyHistogram compact(std::string name, const measure::Histogram& ticks, double ns_per_tick) {
  LatencyHistogram result{std::move(name), ns_per_tick, ticks.count(), ticks.sum(), ticks.max(), {}};
  ticks.for_each_bucket(
      [&result](std::uint64_t low, std::uint64_t high, std::uint64_t count) { result.buckets.push_back({low, high, count}); });
  return result;
}

LatencyHistogram merged(std::span<const LatencyHistogram* const> histograms) {
  LatencyHistogram result{histograms.front()->name, histograms.front()->ns_per_tick, 0, 0, 0, {}};
  std::map<std::uint64_t, LatencyHistogram::Bucket> buckets;
  for (const LatencyHistogram* histogram : histograms) {
    result.count += histogram->count;
    result.sum += histogram->sum;
    result.max = std::max(result.max, histogram->max);
    for (const LatencyHistogram::Bucket& bucket : histogram->buckets) {
      buckets.try_emplace(bucket.low, bucket.low, bucket.high, 0).first->second.count += bucket.count;
    }
  }
  for (const auto& [low, bucket] : buckets) { result.buckets.push_back(bucket); }
  return result;
}

double percentile_ns(const LatencyHistogram& histogram, double q) {
  const std::uint64_t rank = measure::Histogram::rank_of(q, histogram.count);
  if (rank == 0) { return std::numeric_limits<double>::quiet_NaN(); }
  if (rank == histogram.count) { return max_ns(histogram); }
  std::uint64_t cumulative = 0;
  for (const LatencyHistogram::Bucket& bucket : histogram.buckets) {
    cumulative += bucket.count;
    if (cumulative < rank) { continue; }
    const std::uint64_t middle = bucket.low + (bucket.high - bucket.low + 1) / 2;
    const bool holds_overflow =
        bucket.high == measure::Histogram::largest_value && histogram.max > measure::Histogram::largest_value;
    return static_cast<double>(holds_overflow ? histogram.max : std::min(middle, histogram.max)) * histogram.ns_per_tick;
  }
  return max_ns(histogram);
}

double mean_ns(const LatencyHistogram& histogram) {
  if (histogram.count == 0) { return std::numeric_limits<double>::quiet_NaN(); }
  return static_cast<double>(histogram.sum) / static_cast<double>(histogram.count) * histogram.ns_per_tick;
}

double max_ns(const LatencyHistogram& histogram) {
  if (histogram.count == 0) { return std::numeric_limits<double>::quiet_NaN(); }
  return static_cast<double>(histogram.max) * histogram.ns_per_tick;
}

}  // namespace shmlab::report
