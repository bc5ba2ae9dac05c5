#include <fmt/core.h>

#include <cstddef>
#include <exception>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/bench_set.hpp"
#include "cli/command.hpp"
#include "cli/comparable_set.hpp"
#include "cli/output.hpp"
#include "contract/error.hpp"
#include "contract/nearest.hpp"
#include "gate/observation_protocol.hpp"
#include "measure/build_info.hpp"
#include "measure/clock.hpp"
#include "measure/fingerprint.hpp"
#include "run/case_region.hpp"
#include "run/interrupt.hpp"
#include "run/observation.hpp"
#include "run/startup.hpp"
#include "shm/lent_memory.hpp"

namespace shmlab::cli {
namespace {

constexpr std::chrono::milliseconds latency_run{20};

gate::Observed observed(const BenchCase& bench, const gate::Request& request) {
  try {
    run::ObservationTimes times;
    if (request.with_latency) { times.latency = latency_run; }
    run::Plan plan = bench.plan;
    // Who is started in a container, or on another machine, does not see what is lent, and makes its own.
    if (shm::is_within_reach(request.memory)) { plan.lent = request.memory; }
    const run::Observation observation = run::observe(plan, times);
    if (!observation.verdict.is_ok()) { return {.error = observation.verdict.why}; }
    return {.ns_per_operation = observation.ns_per_operation,
            .mean_ns_per_operation = observation.mean_ns_per_operation,
            .p99_ns = observation.p99_ns,
            .error = {}};
  } catch (const run::Interrupted&) { throw; } catch (const std::exception& error) {
    return {.error = error.what()};
  }
}

/// Of no cases: what was chosen cannot be compared, or this build does not have what a set is of.
std::string why_empty(const BenchSet& set) {
  if (set.skipped.empty()) { return "this build has no strategy of the set"; }
  const report::Skipped& told = set.skipped.back();  // what fits, and cannot be compared all the same, comes last
  const std::size_t others = set.skipped.size() - 1;
  return fmt::format("{} {}{}", told.name, told.reason,
                     others > 0 ? fmt::format(" (and {} more cannot be compared)", others) : "");
}

ExitCode serve(const ComparisonChoice& choice) {
  const BenchSet set = comparable_set(choice);
  if (set.cases.empty()) { throw BadInput("nothing to observe: " + why_empty(set)); }
  measure::Clock::calibrate();
  run::start_runner();
  const measure::BuildInfo& build = measure::build_info();
  gate::Greeting greeting{.version = fmt::format("{} ({})", build.version, build.commit),
                          .machine = measure::fingerprint().id,
                          .cases = {},
                          .unsteady = std::vector<std::string>(),
                          .region_bytes = {}};
  std::map<std::string, const BenchCase*> by_name;
  for (const BenchCase& bench : set.cases) {
    greeting.cases.push_back(bench.result.name);
    if (is_unsteady(bench)) { greeting.unsteady->push_back(bench.result.name); }
    if (const std::size_t bytes = run::lendable_bytes(bench.plan); bytes > 0) {
      greeting.region_bytes[bench.result.name] = bytes;
    }
    by_name[bench.result.name] = &bench;
  }
  write_output(gate::to_line(greeting));
  for (std::string line; std::getline(std::cin, line);) {
    const gate::Request request = gate::request_from(line);
    const auto found = by_name.find(request.name);
    if (found == by_name.end()) {
      const std::vector<std::string_view> names(greeting.cases.begin(), greeting.cases.end());
      throw BadInput(fmt::format("unknown case '{}'; did you mean '{}'?", request.name, nearest(request.name, names)));
    }
    write_output(gate::to_line(observed(*found->second, request)));
  }
  run::check_interrupted();
  return ExitCode::ok;
}

Action declare_observe(Options options) {
  const auto choice = std::make_shared<ComparisonChoice>();
  add_comparison_choice(options, *choice);
  return [choice] { return serve(*choice); };
}

}  // namespace

const Command observe_command{
    .name = "observe",
    .summary = "Measure what lines of standard input ask for, for 'shmlab compare'",
    .examples =
        "  echo '{\"case\": \"uncontended/futex_mutex\"}' | shmlab observe\n"
        "  echo '{\"case\": \"stream/spsc_ring\", \"latency\": true}' | shmlab observe --scenario stream\n",
    .declare = declare_observe};

}  // namespace shmlab::cli
