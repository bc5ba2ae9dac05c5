#include "measure/order_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

namespace shmlab::measure {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> sorted(std::span<const double> samples) {
  std::vector<double> copy(samples.begin(), samples.end());
  std::ranges::sort(copy);
  return copy;
}

double median_of_sorted(const std::vector<double>& samples) {
  const std::size_t half = samples.size() / 2;
  return samples.size() % 2 == 1 ? samples[half] : std::midpoint(samples[half - 1], samples[half]);
}

/// The probabilities of a binomial (n, 1/2) at 0, 1, 2 ... in turn. In logarithms, since 2^-n underflows from n = 1,075 on.
class FairCoinFlips {
 public:
  explicit FairCoinFlips(std::size_t n) : n_(static_cast<double>(n)), log_(-n_ * std::numbers::ln2) {}
  double next() {
    const double probability = std::exp(log_);
    log_ += std::log((n_ - heads_) / (heads_ + 1));
    ++heads_;
    return probability;
  }

 private:
  double n_;
  double log_;
  double heads_ = 0;
};

struct Rank {
  std::size_t k;
  double coverage;
};

/// The largest k whose pair still covers `wanted`; 1 when none does.
Rank narrowest_pair(std::size_t n, double wanted) {
  FairCoinFlips flips(n);
  double below = flips.next();
  Rank rank{.k = 1, .coverage = 1 - 2 * below};
  for (std::size_t k = 2; k <= (n + 1) / 2; ++k) {
    below += flips.next();
    const double coverage = 1 - 2 * below;
    if (coverage < wanted) { break; }
    rank = {.k = k, .coverage = coverage};
  }
  return rank;
}

}  // namespace

double median_of(std::span<const double> samples) {
  return samples.empty() ? nan : median_of_sorted(sorted(samples));
}

double lower_quartile_of(std::span<const double> samples) {
  return samples.empty() ? nan : sorted(samples)[(samples.size() + 3) / 4 - 1];
}

double coverage_of_order_statistics(std::size_t n, std::size_t k) {
  FairCoinFlips flips(n);
  double below = 0;
  for (std::size_t heads = 0; heads < k; ++heads) { below += flips.next(); }
  return 1 - 2 * below;
}

Interval median_interval(std::span<const double> samples, double wanted) {
  if (samples.empty()) { return {.median = nan, .low = nan, .high = nan, .confidence = 0}; }
  const std::vector<double> ordered = sorted(samples);
  const Rank rank = narrowest_pair(ordered.size(), wanted);
  return {.median = median_of_sorted(ordered),
          .low = ordered[rank.k - 1],
          .high = ordered[ordered.size() - rank.k],
          .confidence = rank.coverage};
}

}  // namespace shmlab::measure
