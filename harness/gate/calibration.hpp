#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "gate/decision.hpp"

/// How much to delay a hot path for a benchmark to take so much longer: a gate is tested with slowdowns whose true size is known.
namespace shmlab::gate {

/// Measures every case with its delay, in `pairs` pairs of its own. A rate is in delays an operation.
using Trial = std::function<std::vector<Finding>(const std::vector<double>& rates, std::uint64_t pairs)>;

struct Calibrated {
  double rate = 0;
  Finding truth;  ///< of the last trial, with most pairs: measured at `rate`
};

/// Pairs of the trial that tells the truth.
inline constexpr std::uint64_t pairs_of_truth = 300;

/// Rates at which `cases` cases take about `target` times as long (above 1), found from trial to trial, four short ones and as
/// many long ones as it takes to be within a fifth of what was wanted, three at most. Who gets no nearer is given as it is: what it truly takes is
/// measured. Throws what `trial` throws.
std::vector<Calibrated> calibrate(std::size_t cases, double target, const Trial& trial);

}  // namespace shmlab::gate
