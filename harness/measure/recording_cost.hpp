#pragma once

namespace shmlab::measure {

/// What timing an operation adds to it, in nanoseconds.
struct RecordingCost {
  double clock_pair_ns;       ///< two clock readings
  double recorded_sample_ns;  ///< two clock readings and Histogram::record of their difference
  double overhead_ns;         ///< what recording adds: the median of the batches' differences; can be just below 0 by noise
  double
      throughput_ns;  ///< what Session adds to an operation of a loop that does not time, 64 of which it is asked for at once; likewise
};

/// Medians of interleaved batches on the calling thread, about 20 ms.
[[nodiscard]] RecordingCost measure_recording_cost();

}  // namespace shmlab::measure
