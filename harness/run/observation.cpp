#include "run/observation.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "measure/clock.hpp"
#include "measure/order_statistics.hpp"
#include "report/latency.hpp"
#include "run/result.hpp"
#include "run/runner.hpp"

namespace shmlab::run {
namespace {

using measure::Mark;

std::uint64_t ticks_of(std::chrono::nanoseconds time) {
  return measure::Clock::from_ns(static_cast<double>(time.count()));
}

/// Operations completed at an instant between the first mark and the last.
double operations_at(const std::vector<Mark>& marks, std::uint64_t ticks) {
  const auto after = std::ranges::lower_bound(marks, ticks, {}, &Mark::ticks);
  if (after == marks.begin()) { return static_cast<double>(after->operations); }
  const Mark& before = *std::prev(after);
  const double share = static_cast<double>(ticks - before.ticks) / static_cast<double>(after->ticks - before.ticks);
  return static_cast<double>(before.operations) + share * static_cast<double>(after->operations - before.operations);
}

double operations_at(std::span<const std::vector<Mark>> marks, std::uint64_t ticks) {
  double sum = 0;
  for (const std::vector<Mark>& one : marks) { sum += operations_at(one, ticks); }
  return sum;
}

std::vector<std::vector<Mark>> marks_of(const Result& result, std::uint32_t role) {
  std::vector<std::vector<Mark>> marks;
  for (const ParticipantResult& participant : result.participants) {
    if (participant.outcome.role == role) { marks.push_back(participant.marks); }
  }
  return marks;
}

}  // namespace

std::vector<double> slices_of(std::span<const std::vector<Mark>> marks, std::chrono::nanoseconds warm_up,
                              std::chrono::nanoseconds slice) {
  std::uint64_t begin = 0;
  std::uint64_t end = std::numeric_limits<std::uint64_t>::max();
  for (const std::vector<Mark>& one : marks) {
    if (one.empty()) { return {}; }
    begin = std::max(begin, one.front().ticks);
    end = std::min(end, one.back().ticks);
  }
  std::vector<double> slices;
  if (marks.empty()) { return slices; }
  const std::uint64_t step = ticks_of(slice);
  begin += ticks_of(warm_up);
  for (std::uint64_t at = begin; at + step <= end; at += step) {
    const double operations = operations_at(marks, at + step) - operations_at(marks, at);
    slices.push_back(operations > 0 ? measure::Clock::to_ns(step) / operations : std::numeric_limits<double>::infinity());
  }
  return slices;
}

Observation observe(const Plan& plan, const ObservationTimes& times) {
  Plan sliced = plan;
  sliced.run_for = times.warm_up + times.run;
  sliced.slice = times.slice;
  sliced.timing = false;
  Observation observation;
  const Result result = run_case(sliced);
  observation.verdict = result.verdict;
  if (!result.verdict.is_ok()) { return observation; }
  const std::vector<std::vector<Mark>> marks = marks_of(result, plan.scenario->descriptor->measured_role);
  observation.slices = slices_of(marks, times.warm_up, times.slice);
  observation.ns_per_operation = measure::lower_quartile_of(observation.slices);
  double rate = 0;
  for (const double slice : observation.slices) { rate += 1 / slice; }
  observation.mean_ns_per_operation = static_cast<double>(observation.slices.size()) / rate;
  if (observation.slices.empty() || observation.ns_per_operation == std::numeric_limits<double>::infinity()) {
    observation.verdict = Verdict::unknown("too few operations were completed to be cut into slices");
    return observation;
  }
  if (times.latency.count() > 0) {
    Plan timed = plan;
    timed.run_for = times.latency;
    timed.timing = true;
    const Result latencies = run_case(timed);
    observation.verdict = latencies.verdict;
    if (latencies.verdict.is_ok() && !latencies.histograms.empty()) {
      observation.p99_ns =
          report::percentile_ns(report::compact({}, latencies.histograms.front(), measure::Clock::scale().ns_per_tick), 0.99);
    }
  }
  return observation;
}

}  // namespace shmlab::run
