#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "run/measurement.hpp"

namespace shmlab::cli {

/// How much effort `bench` spends on each case.
struct BenchProfile {
  std::string_view name;
  std::string_view summary;
  std::uint32_t repetitions;
  run::MeasurementTimes times;  ///< of one sample
  std::chrono::seconds whole_set{
      0};  ///< within which all cases are to be done, with shorter samples if need be; 0: as long as it takes
};

/// The times of a sample so that the profile's time suffices for so many cases and repetitions, never below a tenth of the profile's own.
run::MeasurementTimes times_within(const BenchProfile& profile, std::size_t cases, std::uint32_t repetitions);

/// Throws BadInput with the nearest name.
const BenchProfile& bench_profile(std::string_view name);
/// "quick (...), standard (...)", for --help.
std::string bench_profiles_text();

}  // namespace shmlab::cli
