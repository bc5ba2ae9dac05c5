#include "report/result_json.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "report/google_rows.hpp"
#include "report/json_number.hpp"
#include "report/summary.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

json numbers(const std::map<std::string, double>& values) {
  json object = json::object();
  for (const auto& [name, value] : values) { object[name] = json_number(value); }
  return object;
}

json machine_json(const measure::Fingerprint& machine) {
  return {{"id", machine.id},
          {"cpu_model", machine.cpu_model},
          {"cpu_vendor", machine.cpu_vendor},
          {"logical_cpus", machine.logical_cpus},
          {"allowed_cpus", machine.allowed_cpus},
          {"sockets", machine.sockets},
          {"cores", machine.cores},
          {"threads_per_core", machine.threads_per_core},
          {"smt_active", machine.smt_active},
          {"l1d_bytes", machine.l1d_bytes},
          {"l2_bytes", machine.l2_bytes},
          {"l3_bytes", machine.l3_bytes},
          {"numa_nodes", machine.numa_nodes},
          {"memory_bytes", machine.memory_bytes},
          {"page_bytes", machine.page_bytes},
          {"hypervisor", machine.hypervisor},
          {"microcode", machine.microcode},
          {"governor", machine.governor},
          {"clock_source", machine.clock_source},
          {"kernel_release", machine.kernel_release},
          {"glibc_version", machine.glibc_version},
          {"os", machine.os}};
}

json floors_json(const measure::Floors& floors) {
  return {{"round_trip_ns", json_number(floors.round_trip_ns)},
          {"syscall_ns", json_number(floors.syscall_ns)},
          {"clock_ns", json_number(floors.clock_ns)},
          {"uncontended_atomic_ns", json_number(floors.uncontended_atomic_ns)}};
}

json clock_json(const measure::ClockScale& clock) {
  const bool tsc = clock.source == measure::ClockSource::tsc;
  return {{"source", tsc ? "tsc" : "clock_gettime"}, {"ns_per_tick", json_number(clock.ns_per_tick)}};
}

json warnings_json(std::span<const measure::Warning> warnings) {
  json array = json::array();
  for (const measure::Warning& warning : warnings) {
    array.push_back({{"what", warning.what}, {"effect", warning.effect}, {"remedy", warning.remedy}});
  }
  return array;
}

json scenarios_json(std::span<const ScenarioInfo> scenarios) {
  json array = json::array();
  for (const ScenarioInfo& scenario : scenarios) {
    array.push_back({{"name", scenario.name}, {"summary", scenario.summary}, {"metrics", scenario.metrics}});
  }
  return array;
}

json latency_json(const LatencyHistogram& histogram) {
  json buckets = json::array();
  for (const LatencyHistogram::Bucket& bucket : histogram.buckets) {
    buckets.push_back({json_number(static_cast<double>(bucket.low) * histogram.ns_per_tick),
                       json_number(static_cast<double>(bucket.high + 1) * histogram.ns_per_tick), bucket.count});
  }
  return {{"name", histogram.name},
          {"count", histogram.count},
          {"mean_ns", json_number(mean_ns(histogram))},
          {"p50_ns", json_number(percentile_ns(histogram, 0.5))},
          {"p90_ns", json_number(percentile_ns(histogram, 0.9))},
          {"p99_ns", json_number(percentile_ns(histogram, 0.99))},
          {"p999_ns", json_number(percentile_ns(histogram, 0.999))},
          {"max_ns", json_number(max_ns(histogram))},
          {"buckets_ns", std::move(buckets)}};
}

json sample_json(const Sample& sample) {
  return {{"ns_per_operation", json_number(sample.ns_per_operation)},
          {"operations_per_s", json_number(sample.operations_per_s)},
          {"operations", sample.operations},
          {"elapsed_ns", json_number(sample.elapsed_ns)},
          {"floor_before_ns", json_number(sample.floor_before_ns)},
          {"floor_after_ns", json_number(sample.floor_after_ns)},
          {"floor_multiple", json_number(floor_multiple_of(sample))},
          {"regime", measure::name_of(sample.regime)},
          {"cpu_ns_per_operation", json_number(sample.cpu_ns_per_operation)},
          {"switches_per_operation", json_number(sample.switches_per_operation)},
          {"jain", json_number(sample.jain)},
          {"min_max_ratio", json_number(sample.min_max_ratio)},
          {"cycles_per_operation", json_number(sample.cycles_per_operation)},
          {"instructions_per_operation", json_number(sample.instructions_per_operation)},
          {"cache_misses_per_operation", json_number(sample.cache_misses_per_operation)},
          {"counters", numbers(sample.counters)}};
}

json summary_json(const Summary& summary) {
  const measure::Interval& interval = summary.ns_per_operation;
  return {{"samples_used", summary.samples_used},
          {"samples_far", summary.samples_far},
          {"all_far", summary.all_far},
          {"ns_per_operation",
           {{"median", json_number(interval.median)},
            {"low", json_number(interval.low)},
            {"high", json_number(interval.high)},
            {"confidence", json_number(interval.confidence)}}},
          {"operations_per_s", json_number(summary.operations_per_s)},
          {"floor_multiple", json_number(summary.floor_multiple)},
          {"cpu_ns_per_operation", json_number(summary.cpu_ns_per_operation)},
          {"switches_per_operation", json_number(summary.switches_per_operation)},
          {"jain", json_number(summary.jain)},
          {"min_max_ratio", json_number(summary.min_max_ratio)},
          {"cycles_per_operation", json_number(summary.cycles_per_operation)},
          {"instructions_per_operation", json_number(summary.instructions_per_operation)},
          {"cache_misses_per_operation", json_number(summary.cache_misses_per_operation)},
          {"counters", numbers(summary.counters)},
          {"counters_per_1000", numbers(summary.counters_per_1000)}};
}

json case_json(const CaseResult& result, const json& google) {
  const Summary summary = summarise(result);
  json latencies = json::array();
  for (const LatencyHistogram& histogram : summary.latencies) { latencies.push_back(latency_json(histogram)); }
  json samples = json::array();
  for (const Sample& sample : result.samples) { samples.push_back(sample_json(sample)); }
  return {{"name", result.name},
          {"run_name", run_name_of(google, result.name)},
          {"scenario", result.scenario},
          {"strategy", result.strategy},
          {"kind", to_string(result.kind)},
          {"face", to_string(result.face)},
          {"lane", result.lane},
          {"region", result.region},
          {"participants", result.participants},
          {"region_bytes", result.region_bytes},
          {"waiting", result.waiting},
          {"participants_per_cpu", result.participants_per_cpu},
          {"cpu_quota_percent", result.cpu_quota_percent},
          {"shown_counter", result.shown_counter},
          {"params", json(result.params)},
          {"summary", summary_json(summary)},
          {"latencies", std::move(latencies)},
          {"samples", std::move(samples)}};
}

json skipped_json(const Skipped& skipped) {
  return {{"name", skipped.name},
          {"scenario", skipped.scenario},
          {"strategy", skipped.strategy},
          {"cause", to_string(skipped.cause)},
          {"reason", skipped.reason}};
}

}  // namespace

nlohmann::json merge(const nlohmann::json& google, const RunContext& context, std::span<const CaseResult> cases,
                     std::span<const Skipped> skipped) {
  json case_rows = json::array();
  for (const CaseResult& result : cases) { case_rows.push_back(case_json(result, google)); }
  json skipped_rows = json::array();
  for (const Skipped& pair : skipped) { skipped_rows.push_back(skipped_json(pair)); }

  json result = google;
  result["context"]["shmlab"] = {
      {"schema_version", schema_version},
      {"version", context.build.version},
      {"commit", context.build.commit},
      {"compiler", context.build.compiler},
      {"flags", context.build.flags},
      {"build_type", context.build.build_type},
      {"command_line", context.command_line},
      {"started_at", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(context.started_at)))},
      {"duration_s", json_number(context.duration_s)},
      {"cpus", context.cpus},
      {"clock", clock_json(context.clock)},
      {"floor", floors_json(context.floors)},
      {"machine", machine_json(context.machine)},
      {"hardware_counters", {{"available", context.no_hardware_counters.empty()}, {"reason", context.no_hardware_counters}}},
      {"warnings", warnings_json(context.warnings)},
      {"scenarios", scenarios_json(context.scenarios)},
      {"cases", std::move(case_rows)},
      {"skipped", std::move(skipped_rows)}};
  return result;
}

}  // namespace shmlab::report
