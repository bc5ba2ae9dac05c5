#include "run/shrink.hpp"

#include <rapidcheck/seq/Operations.h>
#include <rapidcheck/shrink/Shrink.h>
#include <rapidcheck/shrinkable/Create.h>

#include <string>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "run/runner.hpp"
#include "run/simplest.hpp"

namespace shmlab::run {
namespace {

/// Bounds the search: each try runs up to the plan's number of schedules, or one.
constexpr int most_program_tries = 100;
constexpr int most_schedule_tries = 500;

/// Fewer preemptions.
rc::Shrinkable<fault::Schedule> shrinkable(fault::Schedule schedule) {
  return rc::shrinkable::shrinkRecur(std::move(schedule),
                                     [](const fault::Schedule& longer) { return rc::shrink::removeChunks(longer); });
}

bool is_same_kind(const Result& result, const Result& original) {
  return result.verdict.judgement == original.verdict.judgement;
}

}  // namespace

ScheduledFinding shrink(const Plan& plan, const rc::Shrinkable<ParamValues>& values, const Result& result) {
  ScheduledFinding best{plan, result};
  simplest(values, most_program_tries, [&](const ParamValues& simpler) {
    Plan attempt = plan;
    attempt.values = simpler;
    std::string why_not;
    if (catalogue::find_case(*plan.strategy, *plan.scenario, simpler, why_not) == nullptr) { return false; }
    Result found = run_case(attempt);
    if (!is_same_kind(found, result)) { return false; }
    best = {std::move(attempt), std::move(found)};
    return true;
  });
  const Result smallest_program = best.result;
  simplest(shrinkable(smallest_program.schedule), most_schedule_tries, [&](const fault::Schedule& shorter) {
    Plan attempt = best.plan;
    attempt.search.replay = shorter;
    Result found = run_case(attempt);
    if (!is_same_kind(found, result)) { return false; }
    best = {std::move(attempt), std::move(found)};
    return true;
  });
  // What was taken, in absolute terms; it may be less than what was planned.
  best.plan.search.replay = best.result.schedule;
  best.result = run_case(best.plan);
  return best;
}

}  // namespace shmlab::run
