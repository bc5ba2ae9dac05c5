#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

namespace shmlab::measure {

/// Jain's fairness index of the shares that participants got: 1 when all are equal, 1/n when one got everything.
/// Jain, Chiu, Hawe: "A Quantitative Measure of Fairness and Discrimination" (DEC TR-301, 1984).
/// Without participants, or when nobody got anything, all are equal: 1.
[[nodiscard]] inline double jain_index(std::span<const std::uint64_t> shares) {
  double sum = 0;
  double squares = 0;
  for (const std::uint64_t share : shares) {
    const auto value = static_cast<double>(share);
    sum += value;
    squares += value * value;
  }
  return squares == 0 ? 1.0 : sum * sum / (static_cast<double>(shares.size()) * squares);
}

/// The smallest share over the largest: 1 when all are equal, 0 when somebody got nothing.
/// Without participants, or when nobody got anything, 1.
[[nodiscard]] inline double min_max_ratio(std::span<const std::uint64_t> shares) {
  if (shares.empty()) { return 1.0; }
  const auto [smallest, largest] = std::ranges::minmax(shares);
  return largest == 0 ? 1.0 : static_cast<double>(smallest) / static_cast<double>(largest);
}

}  // namespace shmlab::measure
