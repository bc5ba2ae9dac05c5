#include "run/measurement.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "measure/clock.hpp"
#include "measure/fairness.hpp"
#include "report/latency.hpp"
#include "run/result.hpp"
#include "run/runner.hpp"

namespace shmlab::run {
namespace {

/// Shares of those who play the measured role.
std::vector<std::uint64_t> shares_of(const Result& result, std::uint32_t measured_role) {
  std::vector<std::uint64_t> shares;
  for (const ParticipantResult& participant : result.participants) {
    if (participant.outcome.role == measured_role) { shares.push_back(participant.outcome.operations); }
  }
  return shares;
}

void add_costs(const Result& result, const ScenarioDescriptor& scenario, report::Sample& sample) {
  double cpu_ns = 0;
  double switches = 0;
  for (const ParticipantResult& participant : result.participants) {
    cpu_ns += participant.cpu_ns;
    switches += static_cast<double>(participant.voluntary_switches + participant.involuntary_switches);
    for (std::size_t i = 0; i < scenario.counters.size(); ++i) {
      sample.counters[std::string(scenario.counters[i])] += static_cast<double>(participant.counters[i]);
    }
  }
  const auto operations = static_cast<double>(result.operations);
  sample.cpu_ns_per_operation = cpu_ns / operations;
  sample.switches_per_operation = switches / operations;
  const std::vector<std::uint64_t> shares = shares_of(result, scenario.measured_role);
  if (shares.size() > 1) {
    sample.jain = measure::jain_index(shares);
    sample.min_max_ratio = measure::min_max_ratio(shares);
  }
}

/// Of all participants together, if each has them.
void add_cpu_counts(const Result& result, report::Sample& sample) {
  measure::CpuCounts sum;
  for (const ParticipantResult& participant : result.participants) {
    if (!participant.cpu_counts) { return; }
    sum.cycles += participant.cpu_counts->cycles;
    sum.instructions += participant.cpu_counts->instructions;
    sum.cache_misses += participant.cpu_counts->cache_misses;
  }
  const auto operations = static_cast<double>(result.operations);
  sample.cycles_per_operation = static_cast<double>(sum.cycles) / operations;
  sample.instructions_per_operation = static_cast<double>(sum.instructions) / operations;
  sample.cache_misses_per_operation = static_cast<double>(sum.cache_misses) / operations;
}

void add_latencies(const Result& result, const ScenarioDescriptor& scenario, report::Sample& sample) {
  for (std::size_t i = 0; i < result.histograms.size(); ++i) {
    sample.latencies.push_back(
        report::compact(std::string(scenario.histograms[i]), result.histograms[i], measure::Clock::scale().ns_per_tick));
  }
}

}  // namespace

bool runs_until_stopped(const Plan& plan) {
  const std::size_t operations = plan.scenario->param_index("operations");
  return operations < plan.scenario->params.size() && plan.values[operations] == 0;
}

Measurement measure(const Plan& plan, const MeasurementTimes& times) {
  const bool until_stopped = runs_until_stopped(plan);
  // Between participants on one CPU no cache line goes anywhere.
  // And who is held back takes as long as it is.
  const bool has_floor = plan.cpus.size() != 1 && plan.cpu_quota_percent == 0;
  const ScenarioDescriptor& scenario = *plan.scenario->descriptor;

  Plan throughput = plan;
  throughput.run_for = until_stopped ? times.throughput : std::chrono::nanoseconds{0};
  throughput.timing = false;
  throughput.counts_hardware = true;
  throughput.probe_floor = until_stopped && has_floor;
  Plan latency = plan;
  latency.run_for = until_stopped ? times.latency : std::chrono::nanoseconds{0};
  latency.timing = true;
  latency.probe_floor = !until_stopped && has_floor;

  Measurement measurement;
  const Result first = run_case(throughput);
  measurement.verdict = first.verdict;
  if (!first.verdict.is_ok()) { return measurement; }
  const Result second = run_case(latency);
  measurement.verdict = second.verdict;
  if (!second.verdict.is_ok()) { return measurement; }
  if (first.operations == 0) {
    measurement.verdict = Verdict::unknown("no operation was completed");
    return measurement;
  }

  report::Sample& sample = measurement.sample;
  const Result& probed = until_stopped ? first : second;
  sample.operations = first.operations;
  sample.elapsed_ns = until_stopped ? first.elapsed_ns : first.wall_ns;
  sample.ns_per_operation = sample.elapsed_ns / static_cast<double>(first.operations);
  sample.operations_per_s = 1e9 / sample.ns_per_operation;
  sample.floor_before_ns = probed.floor_before_ns;
  sample.floor_after_ns = probed.floor_after_ns;
  add_costs(first, scenario, sample);
  add_cpu_counts(first, sample);
  add_latencies(second, scenario, sample);
  measurement.region_bytes = first.region_bytes;
  return measurement;
}

}  // namespace shmlab::run
