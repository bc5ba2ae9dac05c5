#include "run/canary.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "run/runner.hpp"

namespace shmlab::run {
namespace {

constexpr std::chrono::milliseconds canary_time{5};

double overlap_ns(const ParticipantResult& a, const ParticipantResult& b) {
  return std::min(a.ended_ns, b.ended_ns) - std::max(a.started_ns, b.started_ns);
}
double length_ns(const ParticipantResult& participant) {
  return participant.ended_ns - participant.started_ns;
}

}  // namespace

Verdict contention_of(const Result& result) {
  for (const ParticipantResult& a : result.participants) {
    if (a.outcome.operations == 0) { return Verdict::violated(fmt::format("participant {} did nothing", a.outcome.index)); }
    for (const ParticipantResult& b : result.participants) {
      const double shorter = std::min(length_ns(a), length_ns(b));
      if (overlap_ns(a, b) < shorter / 2) {
        return Verdict::violated(
            fmt::format("participants {} and {} were not at work together", a.outcome.index, b.outcome.index));
      }
    }
  }
  return Verdict::ok();
}

Verdict canary(const Plan& plan) {
  Plan rehearsal = plan;
  rehearsal.timing = false;
  rehearsal.probe_floor = false;
  if (plan.run_for.count() > 0) { rehearsal.run_for = canary_time; }
  const Result result = run_case(rehearsal);
  if (!result.verdict.is_ok() || plan.run_for.count() == 0) { return result.verdict; }
  return contention_of(result);
}

}  // namespace shmlab::run
