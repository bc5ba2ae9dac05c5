#pragma once

#include <cmath>
#include <span>
#include <string_view>
#include <vector>

#include "measure/order_statistics.hpp"

namespace shmlab::measure {

/// Where the machine kept the two CPUs while a sample was taken: a hypervisor moves virtual CPUs about.
enum class Regime {
  near,    ///< as for most of the run
  far,     ///< a cache line took more than far_ratio times the run's median: leave the sample out of comparisons
  unknown  ///< a probe is missing
};

inline constexpr double far_ratio = 1.5;

[[nodiscard]] constexpr std::string_view name_of(Regime regime) {
  switch (regime) {
    case Regime::near: return "near";
    case Regime::far: return "far";
    case Regime::unknown: break;
  }
  return "unknown";
}

/// The floor probes beside one sample, ns a round trip; NaN when a probe gave up.
struct FloorProbes {
  double before_ns;
  double after_ns;
};

/// Labels one sample. One far probe is enough for `far`; a missing one otherwise for `unknown`, and so is a missing median.
[[nodiscard]] inline Regime regime_of(const FloorProbes& probes, double median_floor_ns) {
  if (!(median_floor_ns > 0)) { return Regime::unknown; }
  const double limit = far_ratio * median_floor_ns;
  if (probes.before_ns > limit || probes.after_ns > limit) { return Regime::far; }
  return std::isnan(probes.before_ns) || std::isnan(probes.after_ns) ? Regime::unknown : Regime::near;
}

/// The median of all probes of a run that succeeded; NaN when none did.
[[nodiscard]] inline double median_floor_ns(std::span<const FloorProbes> run) {
  std::vector<double> floors;
  floors.reserve(2 * run.size());
  for (const FloorProbes& probes : run) {
    for (const double floor : {probes.before_ns, probes.after_ns}) {
      if (!std::isnan(floor)) { floors.push_back(floor); }
    }
  }
  return median_of(floors);
}

/// Labels every sample of a run against the run's own median.
[[nodiscard]] inline std::vector<Regime> regimes_of(std::span<const FloorProbes> run) {
  const double median = median_floor_ns(run);
  std::vector<Regime> regimes;
  regimes.reserve(run.size());
  for (const FloorProbes& probes : run) { regimes.push_back(regime_of(probes, median)); }
  return regimes;
}

}  // namespace shmlab::measure
