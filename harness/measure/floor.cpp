#include "measure/floor.hpp"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "measure/clock.hpp"
#include "measure/order_statistics.hpp"

namespace shmlab::measure {
namespace {

constexpr std::uint32_t batches = 32;
constexpr std::uint32_t rounds_between_checks = 4096;  // below 1 ms

/// One side of a probe: moves, and waits for the partner's answer within the time limit.
/// The word is all that is exchanged, so relaxed is enough for every access to it.
class Prober {
 public:
  Prober(FloorLine& line, const std::atomic<std::uint32_t>& stop)
      : line_(line), stop_(stop), deadline_(Clock::now() + Clock::from_ns(std::chrono::nanoseconds(floor_time_limit).count())) {}

  void move(std::uint64_t moves) { line_.moves.store(moves, std::memory_order_relaxed); }

  /// Until the line has seen `moves` moves. false: the probe is over without a result, for the partner as well.
  bool await(std::uint64_t moves) {
    for (std::uint32_t poll = 1;; ++poll) {
      const std::uint64_t seen = line_.moves.load(std::memory_order_relaxed);
      if (seen == moves) { return true; }
      if (seen == FloorLine::abandoned) { return false; }
      // Something to do between polls that leaves the line to the partner; quicker than pause. relaxed: nobody else looks.
      pastime_.fetch_add(1, std::memory_order_relaxed);
      if (poll % polls_between_checks == 0) {
        if (!may_go_on()) { return false; }
        sched_yield();  // so long a wait may be for this very CPU; cannot fail on Linux
      }
    }
  }

  /// false: out of time or stopped; the line is abandoned. relaxed: the flag carries no data.
  bool may_go_on() {
    if (stop_.load(std::memory_order_relaxed) == 0 && Clock::now() <= deadline_) { return true; }
    move(FloorLine::abandoned);
    return false;
  }

 private:
  static constexpr std::uint32_t polls_between_checks = 1024;  // about 10 us

  FloorLine& line_;
  const std::atomic<std::uint32_t>& stop_;
  std::uint64_t deadline_;
  alignas(line_pair_bytes) std::atomic<std::uint32_t> pastime_{0};
};

/// Median cost of one call of `operation`, over batches of `size`.
template <std::size_t size, class Operation>
double median_cost_ns(Operation operation) {
  std::array<double, batches> costs{};
  for (double& cost : costs) {
    const std::uint64_t begin = Clock::now();
    for (std::size_t call = 0; call < size; ++call) { operation(); }
    cost = Clock::to_ns(Clock::now() - begin) / static_cast<double>(size);
  }
  return median_of(costs);
}

}  // namespace

double floor_round_trip(FloorLine& line, FloorSide side, std::uint32_t rounds, const std::atomic<std::uint32_t>& stop) {
  constexpr double no_result = std::numeric_limits<double>::quiet_NaN();
  // Between probes the number is even; odd: the first side has already moved. relaxed: the word is all that is exchanged.
  const std::uint64_t found = line.moves.load(std::memory_order_relaxed);
  if (found == FloorLine::abandoned) { return no_result; }
  std::uint64_t mine = (found & ~std::uint64_t{1}) + (side == FloorSide::first ? 1 : 2);
  Prober prober(line, stop);

  // One more round, not timed, brings the sides together; the second side's part of it is split around its timed rounds.
  if (side == FloorSide::first) {
    prober.move(mine);
    if (!prober.await(mine + 1)) { return no_result; }
    mine += 2;
  } else if (!prober.await(mine - 1)) {
    return no_result;
  }
  std::array<double, batches> costs{};
  const std::uint32_t batch_count = std::min(batches, rounds);
  const std::uint32_t batch_rounds = rounds / batch_count;
  for (double& cost : std::span(costs).first(batch_count)) {
    const std::uint64_t begin = Clock::now();
    for (std::uint32_t round = 0; round < batch_rounds; ++round, mine += 2) {
      prober.move(mine);
      if (!prober.await(mine + 1)) { return no_result; }
      // A partner that answers at once never lets await() look at the clock.
      if (round % rounds_between_checks == rounds_between_checks - 1 && !prober.may_go_on()) { return no_result; }
    }
    cost = Clock::to_ns(Clock::now() - begin) / static_cast<double>(batch_rounds);
  }
  if (side == FloorSide::second) { prober.move(mine); }
  return lower_quartile_of(std::span(costs).first(batch_count));
}

double clock_cost_ns() {
  volatile std::uint64_t sink = 0;
  return median_cost_ns<1'000>([&sink] { sink = Clock::now(); });
}

double syscall_cost_ns() {
  return median_cost_ns<200>([] { syscall(SYS_getppid); });
}

double locked_add_cost_ns() {
  alignas(line_pair_bytes) std::atomic<std::uint32_t> word{0};
  return median_cost_ns<2'000>([&word] { word.fetch_add(1, std::memory_order_relaxed); });  // relaxed: nobody else looks
}

Floors floors_of_this_thread() {
  return {.clock_ns = clock_cost_ns(), .syscall_ns = syscall_cost_ns(), .uncontended_atomic_ns = locked_add_cost_ns()};
}

}  // namespace shmlab::measure
