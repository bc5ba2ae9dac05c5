#include "measure/clock_skew.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include "measure/allowed_cpus.hpp"
#include "measure/clock.hpp"

namespace shmlab::measure {
namespace {

/// A stamp on its way: even turns are the first thread's, odd ones the second's.
struct Passage {
  std::atomic<std::uint32_t> turn{0};
  std::uint64_t stamp = 0;
};

/// One side of the passing to and fro; returns the most that an arriving stamp was ahead.
std::uint64_t pass(Passage& passage, std::uint32_t parity, int cpu, const ClockReading& read, std::uint32_t turns) {
  pin_this_thread(cpu);
  std::uint64_t ahead = 0;
  for (std::uint32_t turn = parity; turn < turns; turn += 2) {
    // acquire: pairs with the release below; the stamp has arrived
    while (passage.turn.load(std::memory_order_acquire) != turn) { std::this_thread::yield(); }
    const std::uint64_t now = read();
    if (turn > 0 && passage.stamp > now) { ahead = std::max(ahead, passage.stamp - now); }
    passage.stamp = read();
    // release: pairs with the acquire above, of the other thread
    passage.turn.store(turn + 1, std::memory_order_release);
  }
  return ahead;
}

}  // namespace

std::uint64_t measure_skew(int first_cpu, const ClockReading& first, int second_cpu, const ClockReading& second,
                           std::uint32_t passages) {
  Passage passage;
  std::uint64_t second_ahead = 0;
  std::uint64_t first_ahead = 0;
  const std::uint32_t turns = 2 * passages;
  {
    // Threads of their own, so that the caller keeps its place.
    const std::jthread one([&] { first_ahead = pass(passage, 0, first_cpu, first, turns); });
    const std::jthread other([&] { second_ahead = pass(passage, 1, second_cpu, second, turns); });
  }
  return std::max(first_ahead, second_ahead);
}

std::uint64_t measure_skew(std::span<const int> cpus) {
  constexpr std::uint32_t passages = 500;
  std::uint64_t worst = 0;
  for (std::size_t i = 1; i < cpus.size(); ++i) {
    worst = std::max(worst, measure_skew(cpus[0], Clock::now, cpus[i], Clock::now, passages));
  }
  return worst;
}

}  // namespace shmlab::measure
