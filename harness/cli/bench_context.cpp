#include "cli/bench_context.hpp"

#include <fstream>
#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "measure/build_info.hpp"
#include "measure/clock.hpp"
#include "measure/doctor.hpp"
#include "measure/fingerprint.hpp"
#include "measure/floor.hpp"
#include "measure/hardware_counters.hpp"
#include "measure/machine_state.hpp"
#include "measure/regime.hpp"

namespace shmlab::cli {
namespace {

std::vector<measure::FloorProbes> probes_of(const BenchSet& set) {
  std::vector<measure::FloorProbes> probes;
  for (const BenchCase& bench : set.cases) {
    for (const report::Sample& sample : bench.result.samples) {
      probes.push_back({sample.floor_before_ns, sample.floor_after_ns});
    }
  }
  return probes;
}

/// As the kernel keeps it, so that no command has to hand it down.
std::vector<std::string> command_line() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> arguments;
  for (std::string argument; std::getline(file, argument, '\0');) { arguments.push_back(argument); }
  return arguments;
}

}  // namespace

report::RunContext bench_context(const BenchSet& set, std::chrono::system_clock::time_point started) {
  report::RunContext context;
  context.build = measure::build_info();
  context.machine = measure::fingerprint();
  context.floors = measure::floors_of_this_thread();
  context.floors.round_trip_ns = measure::median_floor_ns(probes_of(set));
  context.clock = measure::Clock::scale();
  context.no_hardware_counters = measure::HardwareCounters().why_none();
  context.warnings = measure::warnings(measure::observe());
  context.started_at = started;
  context.duration_s = std::chrono::duration<double>(std::chrono::system_clock::now() - started).count();
  context.command_line = command_line();
  if (!set.cases.empty()) { context.cpus = set.cases.front().plan.cpus; }
  for (const catalogue::ScenarioEntry& scenario : catalogue::all().scenarios) {
    const ScenarioDescriptor& descriptor = *scenario.descriptor;
    context.scenarios.push_back({std::string(descriptor.name), std::string(descriptor.summary),
                                 std::vector<std::string>(descriptor.metrics.begin(), descriptor.metrics.end())});
  }
  return context;
}

void label_regimes(BenchSet& set) {
  const double median = measure::median_floor_ns(probes_of(set));
  for (BenchCase& bench : set.cases) {
    for (report::Sample& sample : bench.result.samples) {
      sample.regime = measure::regime_of({sample.floor_before_ns, sample.floor_after_ns}, median);
    }
  }
}

}  // namespace shmlab::cli
