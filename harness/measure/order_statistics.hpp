#pragma once

#include <cstddef>
#include <span>

namespace shmlab::measure {

/// A median with an interval that covers the true median with the given probability, whatever the distribution.
struct Interval {
  double median;
  double low;
  double high;
  double confidence;  ///< of [low, high], 0 .. 1; below the wanted one when there are too few samples
};

/// The middle sample, or the mean of the two middle ones. NaN without samples. Samples must not be NaN.
[[nodiscard]] double median_of(std::span<const double> samples);

/// The sample of rank ceil(n/4): the lower quartile. NaN without samples. Samples must not be NaN.
[[nodiscard]] double lower_quartile_of(std::span<const double> samples);

/// The median and its distribution-free confidence interval from order statistics: the narrowest symmetric pair (k-th
/// smallest, k-th largest) that covers the median with at least `wanted` (0 < wanted < 1) for independent samples, or
/// min .. max when even that pair does not reach it; `confidence` is the true one. Median, low and high are NaN without samples.
/// David, Nagaraja: "Order Statistics" (3rd ed., 2003), section 7.1. Samples must not be NaN.
[[nodiscard]] Interval median_interval(std::span<const double> samples, double wanted = 0.95);

/// Probability that the k-th smallest to k-th largest of n independent samples encloses the median, 1 <= k <= (n+1)/2:
/// 1 - 2 P(B < k) for B binomial (n, 1/2).
[[nodiscard]] double coverage_of_order_statistics(std::size_t n, std::size_t k);

}  // namespace shmlab::measure
