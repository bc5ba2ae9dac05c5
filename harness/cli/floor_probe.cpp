#include "cli/floor_probe.hpp"

#include <atomic>
#include <cstdint>
#include <limits>
#include <system_error>
#include <thread>

#include "measure/allowed_cpus.hpp"
#include "measure/clock.hpp"
#include "measure/fingerprint.hpp"
#include "measure/floor.hpp"

namespace shmlab::cli {
namespace {

/// Stays where it is when the CPU has been taken from this process meanwhile: the figure is then the scheduler's as well.
void pin_if_allowed(int cpu) {
  try {
    measure::pin_this_thread(cpu);
  } catch (const std::system_error&) { return; }
}

}  // namespace

double round_trip_between_cpus() {
  const auto cpus = measure::choose_cpus(2);
  measure::FloorLine line;
  const std::atomic<std::uint32_t> never_stopped{0};
  double first = std::numeric_limits<double>::quiet_NaN();
  double second = first;
  const auto side = [&](measure::FloorSide which, int cpu, double& ns) {
    pin_if_allowed(cpu);
    ns = measure::floor_round_trip(line, which, measure::floor_rounds, never_stopped);
  };
  {
    const std::jthread mover([&] { side(measure::FloorSide::first, cpus[0], first); });
    const std::jthread answerer([&] { side(measure::FloorSide::second, cpus[1], second); });
  }
  return first;
}

std::function<double()> line_between(std::string_view machine) {
  if (machine != measure::fingerprint().id || measure::allowed_cpus().size() < 2) { return {}; }
  measure::Clock::calibrate();
  return round_trip_between_cpus;
}

}  // namespace shmlab::cli
