#include "run/collect.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <string>

#include "run/history.hpp"
#include "run/testimony.hpp"

namespace shmlab::run {
namespace {

/// Ticks of the earliest start and the latest end among participants that finished.
struct Span {
  std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t last = 0;
};

Span span_of(const CaseRegion& region, const std::vector<Outcome>& outcomes) {
  Span span;
  for (const Outcome& outcome : outcomes) {
    if (outcome.ending != Ending::finished) { continue; }
    span.first = std::min(span.first, region.record(outcome.index).started);
    span.last = std::max(span.last, region.record(outcome.index).ended);
  }
  return span;
}

ParticipantResult read(const measure::Record& record, const Outcome& outcome, std::uint64_t origin) {
  ParticipantResult result;
  result.outcome = outcome;
  result.mapped_at = record.mapped_at.load(std::memory_order_relaxed);  // relaxed: the writer has ended
  if (outcome.ending == Ending::finished) {
    result.started_ns = measure::Clock::to_ns(record.started - origin);
    result.ended_ns = measure::Clock::to_ns(record.ended - origin);
    result.cpu_ns = static_cast<double>(record.cpu_ns);
    result.voluntary_switches = record.voluntary_switches;
    result.involuntary_switches = record.involuntary_switches;
    if (record.has_cpu_counts != 0) { result.cpu_counts = record.cpu_counts; }
  }
  result.counters = record.counters;
  result.marks.assign(record.marks.begin(),
                      record.marks.begin() + static_cast<std::ptrdiff_t>(std::min(record.marked, measure::max_marks)));
  return result;
}

/// What the conductor of a search left.
void conclude_search(CaseRegion& region, Result& result) {
  const TurnArea& turns = region.turns();
  const SearchReport& report = turns.report;
  result.schedules = report.schedules;
  result.steps = turns.table.steps;
  const std::span<const fault::TraceEntry> trace = region.layout().trace(region.region().payload());
  if (const std::string nonsense = nonsense_in(turns, trace, region.participants()); !nonsense.empty()) {
    result.verdict = Verdict::violated(fmt::format("the search left {}: somebody writes where he must not", nonsense));
    result.detector = detector::supervisor;
    return;
  }
  result.trace.assign(trace.begin(), trace.begin() + static_cast<std::ptrdiff_t>(turns.table.traced));
  result.verdict = {report.judgement, std::string(text_in(report.why)), std::string(text_in(report.detail))};
  if (!report.judged) { result.verdict = Verdict::unknown("the search of schedules did not come to its end"); }
  if (result.verdict.is_ok()) { return; }
  result.detector = detector::schedules;
  result.schedule.assign(turns.table.log.begin(), turns.table.log.begin() + turns.table.taken);
}

void conclude(const Plan& plan, CaseRegion& region, const Supervisor& supervisor, Result& result) {
  if (!supervisor.finding().is_ok()) {
    result.verdict = supervisor.finding();
    result.detector = supervisor.found_by();
  } else if (plan.lane == Lane::scheduled) {
    conclude_search(region, result);
  } else {
    result.verdict = region.code().judge(region.memory(), plan.values, supervisor.outcomes());
    if (!result.verdict.is_ok()) {
      result.detector = detector::invariant;
      return;
    }
    std::byte* const payload = region.region().payload();
    const std::span<const measure::Record> records(&region.record(0), region.participants());
    result.verdict = judge_history(region.code(), plan.values, region.layout(), payload, records, region.participants());
    if (!result.verdict.is_ok()) { result.detector = detector::history; }
  }
}

}  // namespace

Result collect(const Plan& plan, CaseRegion& region, const Supervisor& supervisor) {
  Result result;
  conclude(plan, region, supervisor, result);
  const Span span = span_of(region, supervisor.outcomes());
  for (const Outcome& outcome : supervisor.outcomes()) {
    result.participants.push_back(read(region.record(outcome.index), outcome, span.first));
    if (outcome.role == plan.scenario->descriptor->measured_role) { result.operations += outcome.operations; }
  }
  if (span.last > 0) { result.elapsed_ns = measure::Clock::to_ns(span.last - span.first); }
  if (plan.timing) { result.histograms.resize(plan.scenario->descriptor->histograms.size()); }
  for (std::uint32_t i = 0; i < region.participants(); ++i) {
    for (std::size_t h = 0; h < result.histograms.size(); ++h) { result.histograms[h].merge(region.histograms(i)[h]); }
  }
  result.floor_before_ns = region.meeting_point().floor_before_ns;
  result.floor_after_ns = region.meeting_point().floor_after_ns;
  result.region_bytes = region.layout().memory_bytes();
  return result;
}

}  // namespace shmlab::run
