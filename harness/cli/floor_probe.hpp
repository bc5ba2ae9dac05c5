#pragma once

#include <functional>
#include <string_view>

namespace shmlab::cli {

/// A cache line there and back between two of the allowed CPUs, in nanoseconds, by two threads of this process.
/// After Clock::calibrate(). NaN when one did not get a CPU in time.
double round_trip_between_cpus();

/// That, for gate::ContestOrder::line_ns; empty where programs run on another machine than this one (its measure::Fingerprint::id), or on one CPU.
std::function<double()> line_between(std::string_view machine);

}  // namespace shmlab::cli
