#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/case_result.hpp"
#include "report/result_json.hpp"
#include "report/run_context.hpp"

/// A made-up run with everything that a report has to cope with.
namespace shmlab::report::testing {

inline constexpr double floor_ns = 50;

inline measure::Fingerprint machine() {
  measure::Fingerprint machine;
  machine.cpu_model = "Example CPU";
  machine.cpu_vendor = "Example";
  machine.logical_cpus = 4;
  machine.allowed_cpus = 2;
  machine.sockets = 1;
  machine.cores = 2;
  machine.threads_per_core = 2;
  machine.smt_active = true;
  machine.hypervisor = true;
  machine.kernel_release = "6.1.0";
  machine.glibc_version = "2.36";
  machine.os = "Debian GNU/Linux 12";
  machine.id = "0123456789abcdef";
  return machine;
}

inline RunContext context() {
  RunContext context;
  context.build = {"0.1.0", "abc1234", "GNU 12.2.0", "-O2", "Release"};
  context.machine = machine();
  context.floors = {.clock_ns = 9.5, .syscall_ns = 120, .uncontended_atomic_ns = not_measured, .round_trip_ns = floor_ns};
  context.clock = {measure::ClockSource::tsc, 0.5};
  context.warnings = {{"load average 3.2 on 2 CPUs", "figures are too high", "stop other programs"}};
  context.started_at = std::chrono::sys_days{std::chrono::year{2025} / 1 / 31} + std::chrono::hours{12};
  context.duration_s = 12.25;
  context.command_line = {"shmlab", "bench", "--seed", "7"};
  context.cpus = {0, 1};
  context.scenarios = {{"ping_pong", "two participants answer each other in turn", {"round trips per second", "round-trip time"}},
                       {"contended_counter", "all add to one record under one lock", {"sections per second", "time to acquire"}}};
  return context;
}

inline Sample sample(double ns, measure::Regime regime = measure::Regime::near) {
  Sample sample;
  sample.ns_per_operation = ns;
  sample.operations_per_s = 1e9 / ns;
  sample.operations = 1000;
  sample.elapsed_ns = 1000 * ns;
  sample.floor_before_ns = regime == measure::Regime::far ? 10 * floor_ns : floor_ns;
  sample.floor_after_ns = sample.floor_before_ns;
  sample.regime = regime;
  sample.cpu_ns_per_operation = 2 * ns;
  sample.switches_per_operation = 0;
  return sample;
}

/// Values in ticks of half a nanosecond.
inline LatencyHistogram latency(const std::string& name, const std::vector<std::uint64_t>& ticks) {
  const auto histogram = std::make_unique<measure::Histogram>();
  for (const std::uint64_t value : ticks) { histogram->record(value); }
  return compact(name, *histogram, 0.5);
}

inline CaseResult ping_pong(const std::string& strategy, std::vector<Sample> samples) {
  CaseResult result;
  result.name = "ping_pong/" + strategy;
  result.scenario = "ping_pong";
  result.strategy = strategy;
  result.face = Face::channel;
  result.lane = "processes";
  result.region = "memfd";
  result.participants = 2;
  result.region_bytes = 8192;
  result.params = {{"operations", 0}, {"payload_bytes", 8}};
  result.samples = std::move(samples);
  return result;
}

inline std::vector<CaseResult> cases() {
  using measure::Regime;
  CaseResult ring = ping_pong("spsc_ring", {sample(80), sample(82), sample(81), sample(84), sample(79)});
  ring.samples.front().latencies = {latency("round_trip", {160, 164, 170, 200})};
  CaseResult mutex = ping_pong("bounded_buffer<futex_mutex>", {sample(26'000), sample(27'000), sample(90'000, Regime::far),
                                                               sample(26'500), sample(95'000, Regime::far)});
  mutex.kind = Kind::adapter;
  mutex.samples.front().switches_per_operation = 2.04;
  CaseResult control = ping_pong("unsynchronised", {sample(5), sample(5)});
  control.kind = Kind::control;
  CaseResult far = ping_pong("seqlock<far>", {sample(3, Regime::far), sample(3.1, Regime::far)});
  CaseResult large = ping_pong("spsc_ring", {sample(120)});
  large.name += "/payload_bytes=64";
  large.params["payload_bytes"] = 64;
  large.samples.front().floor_before_ns = not_measured;
  large.samples.front().floor_after_ns = not_measured;
  large.samples.front().regime = Regime::unknown;

  CaseResult counter = ping_pong("futex_mutex", {sample(40), sample(42)});
  counter.name = "contended_counter/futex_mutex/region=posix_shm";
  counter.scenario = "contended_counter";
  counter.face = Face::exclusive;
  counter.shown_counter = "handoffs";
  counter.region = "posix_shm";
  counter.params = {{"operations", 1000}, {"participants", 2}};
  for (Sample& each : counter.samples) {
    each.jain = 0.987;
    each.min_max_ratio = 0.8;
    each.counters = {{"handoffs", 12}, {"broken", not_measured}};
  }
  return {mutex, ring, control, far, large, counter};
}

/// A name that would steer a terminal and is not UTF-8.
inline CaseResult hostile() {
  return ping_pong("evil\x1b[31m\n\xff", {sample(300)});
}

inline std::vector<Skipped> skipped() {
  return {{"ping_pong/seqlock", "ping_pong", "seqlock", "needs exclusive, signal or channel; has snapshot", Cause::does_not_fit},
          {"ping_pong/other_lock", "ping_pong", "other_lock", "needs exclusive, signal or channel; has snapshot",
           Cause::does_not_fit},
          {"stream/robust", "stream", "robust", "the kernel has no robust futexes", Cause::unavailable},
          {"stream/stuck", "stream", "stuck", "consumer sleeps for ever at step receive", Cause::failed}};
}

/// Rows as Google Benchmark writes them, for the first case only.
inline nlohmann::json google() {
  const std::string run_name = "ping_pong/bounded_buffer<futex_mutex>/iterations:1/repeats:5/manual_time";
  const nlohmann::json repetition{{"name", run_name},     {"run_name", run_name},  {"run_type", "iteration"},
                                  {"repetitions", 5},     {"repetition_index", 0}, {"iterations", 1},
                                  {"real_time", 26000.0}, {"cpu_time", 100.0},     {"time_unit", "ns"}};
  nlohmann::json median = repetition;
  median["name"] = run_name + "_median";
  median["run_type"] = "aggregate";
  median["aggregate_name"] = "median";
  return {{"context", {{"date", "2025-01-31T12:00:00+00:00"}, {"num_cpus", 2}}},
          {"benchmarks", nlohmann::json::array({repetition, median})}};
}

inline nlohmann::json result() {
  return merge(google(), context(), cases(), skipped());
}

}  // namespace shmlab::report::testing
