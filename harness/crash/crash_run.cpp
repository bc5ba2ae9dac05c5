#include "crash/crash_run.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "crash/access_deaths.hpp"
#include "crash/instruction_deaths.hpp"
#include "crash/second_deaths.hpp"
#include "run/interrupt.hpp"

namespace shmlab::crash {
namespace {

const catalogue::CaseCode& code_or_throw(const catalogue::StrategyEntry& strategy, catalogue::Build build) {
  std::string why_not;
  const catalogue::CaseCode* const code = crash_code(strategy, why_not, build);
  if (code == nullptr) { throw BadInput(fmt::format("{}: nobody can be killed in it: {}", strategy.name(), why_not)); }
  return *code;
}

/// One whole cycle; of messages two, so that the victim finds what carries them full, or empty.
ParamValues values_for(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario, Face face,
                       CrashRole role, bool is_timed) {
  const bool takes =
      role == CrashRole::reader || role == CrashRole::consumer || (role == CrashRole::waiter && face == Face::signal);
  ParamValues values = scenario.typical();
  values[scenario.param_index("participants")] = crash_participants(strategy, face);
  values[scenario.param_index("operations")] = is_stream(face) ? 2 : 1;
  values[scenario.param_index("side")] = takes ? 1 : 0;
  values[scenario.param_index("capacity")] = 1;
  values[scenario.param_index("timed")] = is_timed ? 1 : 0;
  return values;
}

}  // namespace

std::uint32_t crash_participants(const catalogue::StrategyEntry& strategy, Face face) {
  return is_stream(face) || strategy.descriptor.limits.readers == 1 ? 3 : 4;
}

bool is_unseen(const catalogue::StrategyEntry& strategy) {
  // Of the baselines those that wait in the kernel are traced at each of their calls.
  return strategy.kind == Kind::peer || (strategy.kind == Kind::baseline && strategy.descriptor.waiting == Waiting::spins);
}

bool can_be_led(const catalogue::StrategyEntry& strategy, Face face) {
  return (is_lock(face) || face == Face::signal) && strategy.descriptor.waiting == Waiting::parks;
}

const catalogue::CaseCode* crash_code(const catalogue::StrategyEntry& strategy, std::string& why_not, catalogue::Build build) {
  const catalogue::ScenarioEntry& scenario = catalogue::scenario(deaths::scenario_name);
  ParamValues values = scenario.typical();
  if (strategy.descriptor.limits.readers == 1) { values[scenario.param_index("participants")] = 3; }
  if (!is_unseen(strategy)) { return catalogue::find_case(strategy, scenario, values, why_not, build); }
  const catalogue::CaseCode* const code = catalogue::find_case(strategy, scenario, values, why_not, catalogue::Build::native);
  if (code == nullptr || can_be_led(strategy, code->face)) { return code; }
  why_not =
      "synchronises by other means than Env, and polls: neither its accesses are seen, nor by its instructions who waits for "
      "ever";
  return nullptr;
}

CrashRun::CrashRun(const catalogue::StrategyEntry& strategy, CrashRole role, catalogue::Build build, bool is_timed)
    : scenario_(catalogue::scenario(deaths::scenario_name)),
      code_(code_or_throw(strategy, build)),
      values_(values_for(strategy, scenario_, code_.face, role, is_timed)),
      stage_(code_, scenario_, values_, crash_counter(scenario_, "cycles"),
             build == catalogue::Build::native ? CrashStage::Manner::native : CrashStage::Manner::traced),
      aftermath_(stage_, scenario_, code_, values_, role) {}

CrashOutcome CrashRun::kill_at(const CrashPoint& at) {
  run::check_interrupted();
  CrashOutcome outcome;
  try {
    stage_.begin();
    outcome = play(at);
    if (outcome.died) { conclude(at, outcome); }
  } catch (const StageOverdue& overdue) {
    outcome = {};
    outcome.died = outcome.arrived = true;
    outcome.where = stage_.whereabouts(deaths::victim);
    outcome.whys.fill(overdue.what());
  }
  stage_.end();
  return outcome;
}

void CrashRun::conclude(const CrashPoint& at, CrashOutcome& outcome) {
  if (is_survived(at.kind)) {
    aftermath_.outlast(outcome);
  } else {
    aftermath_.follow(outcome);
  }
  // The contract is about deaths: a child that stays, or the program that the holder becomes, may keep what the kernel keeps for a process or
  // a file description.
  if (at.kind == CrashKind::fork_dies || at.kind == CrashKind::execs) {
    outcome.declared = std::max(outcome.declared, OnDeath::blocks);
  }
}

std::unique_ptr<CrashRun> crash_run(const catalogue::StrategyEntry& strategy, CrashRole role, CrashKind kind) {
  switch (kind) {
    case CrashKind::instruction: return std::make_unique<InstructionDeaths>(strategy, role);
    case CrashKind::second: return std::make_unique<SecondDeaths>(strategy, role);
    case CrashKind::stopped: return std::make_unique<AccessDeaths>(strategy, role, fault::Mishap::stops);
    case CrashKind::forks: return std::make_unique<AccessDeaths>(strategy, role, fault::Mishap::forks);
    case CrashKind::fork_dies: return std::make_unique<AccessDeaths>(strategy, role, fault::Mishap::forks_and_dies);
    case CrashKind::execs: return std::make_unique<AccessDeaths>(strategy, role, fault::Mishap::becomes_other_program);
    default: return std::make_unique<AccessDeaths>(strategy, role, fault::Mishap::dies);
  }
}

}  // namespace shmlab::crash
