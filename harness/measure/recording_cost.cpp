#include "measure/recording_cost.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "measure/clock.hpp"
#include "measure/histogram.hpp"
#include "measure/order_statistics.hpp"

namespace shmlab::measure {
namespace {

constexpr std::size_t batches = 101;
constexpr std::size_t samples_per_batch = 2'000;

/// Nanoseconds a call of `sample`, which is given the difference of two clock readings.
template <class Sample>
double batch_cost_ns(Sample sample) {
  const std::uint64_t begin = Clock::now();
  for (std::size_t call = 0; call < samples_per_batch; ++call) {
    const std::uint64_t stamp = Clock::now();
    sample(Clock::now() - stamp);
  }
  return Clock::to_ns(Clock::now() - begin) / static_cast<double>(samples_per_batch);
}

}  // namespace

RecordingCost measure_recording_cost() {
  const auto histogram = std::make_unique<Histogram>();
  volatile std::uint64_t sink = 0;
  std::vector<double> pairs;
  std::vector<double> recorded;
  std::vector<double> overheads;
  for (std::size_t batch = 0; batch < batches; ++batch) {
    pairs.push_back(batch_cost_ns([&sink](std::uint64_t ticks) { sink = ticks; }));
    recorded.push_back(batch_cost_ns([&histogram](std::uint64_t ticks) { histogram->record(ticks); }));
    overheads.push_back(recorded.back() - pairs.back());
  }
  return {.clock_pair_ns = median_of(pairs), .recorded_sample_ns = median_of(recorded), .overhead_ns = median_of(overheads)};
}

}  // namespace shmlab::measure
