#pragma once

namespace shmlab::cli {

/// A cache line there and back between two of the allowed CPUs, in nanoseconds, by two threads of this process.
/// After Clock::calibrate(). NaN when one did not get a CPU in time.
double round_trip_between_cpus();

}  // namespace shmlab::cli
