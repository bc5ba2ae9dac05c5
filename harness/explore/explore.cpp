#include "explore/explore.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "contract/error.hpp"
#include "explore/machine.hpp"
#include "explore/replay.hpp"

namespace shmlab::explore {
namespace {

/// How often the clock is looked at: reading it takes about a tenth of an execution.
constexpr std::uint64_t executions_between_looks = 64;

void count(Exploration& exploration, ExecutionEnd how, const Machine& machine) {
  exploration.steps += machine.steps();
  switch (how) {
    case ExecutionEnd::judged:
    case ExecutionEnd::found:
    case ExecutionEnd::bereft: ++exploration.executions; break;
    case ExecutionEnd::cut_short: ++exploration.cut_short; break;
    case ExecutionEnd::redundant: ++exploration.redundant; break;
  }
}

}  // namespace

Exploration explore(const Program& program, const Settings& settings, Search& search) {
  Exploration exploration;
  exploration.verdict = Verdict::ok();
  Machine machine(program, settings, search);
  const auto began = std::chrono::steady_clock::now();
  for (std::uint64_t run = 1;; ++run) {
    count(exploration, machine.run(), machine);
    if (!machine.verdict().is_ok()) {
      exploration.verdict = machine.verdict();
      exploration.end = ExplorationEnd::found;
      exploration.choices = machine.choices();
      exploration.preemptions = machine.preemptions();
      break;
    }
    if (!search.another(machine.steps())) {
      const bool saw_a_part = search.minds_fairness() && machine.met().contains(Bound::fairness);
      exploration.end = search.is_exhaustive() && !saw_a_part ? ExplorationEnd::exhausted : ExplorationEnd::gave_up;
      break;
    }
    if (run >= settings.most_executions) {
      exploration.end = ExplorationEnd::executions;
      break;
    }
    if (run % executions_between_looks == 0 && std::chrono::steady_clock::now() - began >= settings.most_time) {
      exploration.end = ExplorationEnd::time;
      break;
    }
  }
  exploration.complete_preemptions = search.complete_preemptions();
  exploration.met = machine.met();
  exploration.met.insert(search.met());
  return exploration;
}

Repeated repeat(const Program& program, const Settings& settings, const std::vector<std::uint16_t>& choices) {
  Replay replay(choices);
  Machine machine(program, settings, replay);
  Repeated repeated;
  machine.run(&repeated.trace);
  if (!replay.fits()) { throw BadInput("the choices are of another program, or of other settings"); }
  repeated.verdict = machine.verdict();
  return repeated;
}

std::string describe(const Exploration& exploration, const Settings& settings) {
  const std::string met = to_string(exploration.met, settings.bounds);
  std::string within = met.empty() ? "" : ", within " + met;
  if (!exploration.is_exhaustive() && exploration.complete_preemptions) {
    within = fmt::format(", all with up to {} preemptions seen{}", *exploration.complete_preemptions, within);
  }
  switch (exploration.end) {
    case ExplorationEnd::found: return "found";
    case ExplorationEnd::exhausted: return "exhausted" + within;
    case ExplorationEnd::gave_up: return "samples taken" + within;
    case ExplorationEnd::executions: return "executions used up" + within;
    case ExplorationEnd::time: return "time used up" + within;
  }
  return "unknown";
}

}  // namespace shmlab::explore
