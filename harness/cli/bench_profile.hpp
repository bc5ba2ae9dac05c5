#pragma once

#include <cstdint>
#include <string_view>

#include "run/measurement.hpp"

namespace shmlab::cli {

/// How much effort `bench` spends on each case.
struct BenchProfile {
  std::string_view name;
  std::string_view summary;
  std::uint32_t repetitions;
  run::MeasurementTimes times;
};

/// Throws BadInput with the nearest name.
const BenchProfile& bench_profile(std::string_view name);
/// "quick (...), standard (...)", for --help.
std::string bench_profiles_text();

}  // namespace shmlab::cli
