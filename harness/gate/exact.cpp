#include "gate/exact.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "measure/order_statistics.hpp"

namespace shmlab::gate {
namespace {

std::vector<double> ascending(std::span<const double> samples) {
  std::vector<double> sorted(samples.begin(), samples.end());
  std::ranges::sort(sorted);
  return sorted;
}

/// Linear between the samples next to it (definition 7 of Hyndman and Fan, 1996).
double quantile_of(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

double binomial_half_cdf(std::int64_t k, std::uint64_t n) {
  if (k < 0) { return 0; }
  if (static_cast<std::uint64_t>(k) >= n) { return 1; }
  // From the larger side, one minus what is beyond: the sum is of as few terms as there are, and none of them cancels.
  if (static_cast<std::uint64_t>(2 * k) > n) { return 1 - binomial_half_cdf(static_cast<std::int64_t>(n) - k - 1, n); }
  double term = std::exp2(-static_cast<double>(n));  // P(B = 0): normal down to n = 1022
  double sum = term;
  for (std::uint64_t i = 1; i <= static_cast<std::uint64_t>(k); ++i) {
    term *= static_cast<double>(n - i + 1) / static_cast<double>(i);
    sum += term;
  }
  return sum;
}

double sign_test(std::uint64_t above, std::uint64_t below) {
  return binomial_half_cdf(static_cast<std::int64_t>(below), above + below);
}

std::size_t rank_of_lower_bound(std::size_t n, double alpha) {
  std::size_t rank = 0;
  while (rank < n && binomial_half_cdf(static_cast<std::int64_t>(rank), n) <= alpha) { ++rank; }
  return rank;
}

Bounds median_bounds(std::span<const double> samples, double alpha) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::size_t rank = rank_of_lower_bound(samples.size(), alpha);
  if (rank == 0) { return {-infinity, infinity}; }
  const std::vector<double> sorted = ascending(samples);
  return {sorted[rank - 1], sorted[sorted.size() - rank]};
}

double normal_quantile(double p) {
  // Bisection on erfc, which the C library has to the last digits: 80 halvings of [-40, 40].
  double low = -40;
  double high = 40;
  for (int i = 0; i < 80; ++i) {
    const double middle = (low + high) / 2;
    (std::erfc(-middle / std::sqrt(2.0)) / 2 < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

double robust_deviation(std::span<const double> samples) {
  if (samples.size() < 2) { return 0; }
  const std::vector<double> sorted = ascending(samples);
  const double middle = measure::median_of(sorted);
  std::vector<double> distances;
  for (const double sample : sorted) { distances.push_back(std::abs(sample - middle)); }
  constexpr double mad_of_normal = 1.4826;  // 1 / normal_quantile(0.75)
  return std::max(mad_of_normal * measure::median_of(distances), (quantile_of(sorted, 0.84) - quantile_of(sorted, 0.16)) / 2);
}

}  // namespace shmlab::gate
