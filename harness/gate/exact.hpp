#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// Exact statistics of the sign test: no distribution of the samples is assumed, only that they are independent.
namespace shmlab::gate {

/// P(B <= k) for B binomial (n, 1/2), n <= 1000; 0 for k < 0. Relative error below 1e-12.
[[nodiscard]] double binomial_half_cdf(std::int64_t k, std::uint64_t n);

/// The one-sided sign test (Conover, "Practical Nonparametric Statistics", 3rd ed., 1999, section 3.4): how likely at least `above` of
/// above + below differences are positive where either sign is as likely. 1 when there are none.
[[nodiscard]] double sign_test(std::uint64_t above, std::uint64_t below);

/// The rank k (from 1) of the sample, in ascending order, that the median is at least with a probability of 1 - alpha or more: the largest k
/// with P(B < k) <= alpha. 0: so few samples bound nothing. 0 < alpha < 1. David, Nagaraja: "Order Statistics" (3rd ed., 2003), section 7.1.
[[nodiscard]] std::size_t rank_of_lower_bound(std::size_t n, double alpha);

/// What the median is at least, and at most: each of them holds with a probability of 1 - alpha or more. Minus and plus infinity when there are
/// too few samples to say. Samples must not be NaN.
struct Bounds {
  double low;
  double high;
};
[[nodiscard]] Bounds median_bounds(std::span<const double> samples, double alpha);

/// The z with P(Z <= z) = p for Z standard normal, 0 < p < 1. Absolute error below 1e-9 for p from 1e-12 to 1 - 1e-12.
[[nodiscard]] double normal_quantile(double p);

/// A robust standard deviation: the larger of 1.4826 times the median absolute deviation and half the range of the middle 68 %. Samples must not
/// be NaN; 0 for fewer than two.
[[nodiscard]] double robust_deviation(std::span<const double> samples);

}  // namespace shmlab::gate
