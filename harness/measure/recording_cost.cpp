#include "measure/recording_cost.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "measure/clock.hpp"
#include "measure/histogram.hpp"
#include "measure/order_statistics.hpp"
#include "measure/record.hpp"
#include "measure/session.hpp"

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

class OpenGate : public Gate {
 public:
  bool enter() override { return true; }
  void leave() override {}
};

constexpr std::uint64_t operations_per_loop = 64'000;

/// What is done in place of work: nothing, which the compiler must not know.
[[gnu::always_inline]] inline void work() {
  asm volatile("" ::: "memory");
}

/// Nanoseconds an operation of a loop as the bodies of scenarios have them.
double loop_cost_ns() {
  Record record;
  OpenGate gate;
  const std::atomic<std::uint32_t> stop{0};
  Session session(record, stop, {}, {.operations = operations_per_loop}, gate);
  const std::uint64_t begin = Clock::now();
  while (session.more()) {
    const std::uint64_t batch = session.batch();
    for (std::uint64_t i = 0; i < batch; ++i) { work(); }
    session.done(batch);
  }
  return Clock::to_ns(Clock::now() - begin) / operations_per_loop;
}

/// The same loop by itself.
double bare_loop_cost_ns() {
  const std::uint64_t begin = Clock::now();
  for (std::uint64_t i = 0; i < operations_per_loop; ++i) { work(); }
  return Clock::to_ns(Clock::now() - begin) / operations_per_loop;
}

}  // namespace

RecordingCost measure_recording_cost() {
  const auto histogram = std::make_unique<Histogram>();
  volatile std::uint64_t sink = 0;
  std::vector<double> pairs;
  std::vector<double> recorded;
  std::vector<double> overheads;
  std::vector<double> loops;
  for (std::size_t batch = 0; batch < batches; ++batch) {
    pairs.push_back(batch_cost_ns([&sink](std::uint64_t ticks) { sink = ticks; }));
    recorded.push_back(batch_cost_ns([&histogram](std::uint64_t ticks) { histogram->record(ticks); }));
    overheads.push_back(recorded.back() - pairs.back());
    const double bare = bare_loop_cost_ns();
    loops.push_back(loop_cost_ns() - bare);
  }
  return {.clock_pair_ns = median_of(pairs),
          .recorded_sample_ns = median_of(recorded),
          .overhead_ns = median_of(overheads),
          .throughput_ns = median_of(loops)};
}

}  // namespace shmlab::measure
