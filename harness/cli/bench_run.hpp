#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/bench_profile.hpp"
#include "cli/bench_set.hpp"

namespace shmlab::cli {

/// Registers every case with Google Benchmark, which filters, repeats and orders them at random; our runner measures. Fills the
/// samples of `set`; a case that fails moves to `set.skipped`, one that was filtered out goes. `extras` are Google Benchmark's
/// own flags, already checked. Returns what its JSON reporter wrote, or the list of names when `extras` asks for that.
/// Throws run::Interrupted.
std::string run_benchmarks(BenchSet& set, const BenchProfile& profile, std::uint32_t repetitions,
                           const std::vector<std::string>& extras);

}  // namespace shmlab::cli
