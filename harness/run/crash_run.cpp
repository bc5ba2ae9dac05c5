#include "run/crash_run.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <tuple>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"

namespace shmlab::run {
namespace {

constexpr std::string_view scenario_name = "survivors";
constexpr std::uint32_t victim = 0;
constexpr std::uint32_t waiter = 1;
constexpr std::uint32_t partner = 2;
constexpr std::uint32_t last_actor = 3;

/// Polls of somebody who has the machine for himself, and sees the same each time, after which he polls for ever.
constexpr std::uint64_t vain_polls = 8;
/// Of the victim, which the others have to help on then.
constexpr std::uint64_t few_polls = 2;

std::size_t index_of(std::span<const std::string_view> names, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}
std::size_t counter_of(const catalogue::ScenarioEntry& scenario, std::string_view name) {
  return index_of(scenario.descriptor->counters, name);
}

const catalogue::CaseCode& code_or_throw(const catalogue::StrategyEntry& strategy) {
  std::string why_not;
  const catalogue::CaseCode* const code = crash_code(strategy, why_not);
  if (code == nullptr) { throw BadInput(fmt::format("{}: nobody can be killed in it: {}", strategy.name(), why_not)); }
  return *code;
}

std::string describe(const ExitStatus& status) {
  if (!status.signalled) { return fmt::format("exited with code {}", status.code); }
  const char* const name = sigabbrev_np(status.code);
  return name == nullptr ? fmt::format("killed by signal {}", status.code) : fmt::format("killed by SIG{}", name);
}

}  // namespace

const catalogue::CaseCode* crash_code(const catalogue::StrategyEntry& strategy, std::string& why_not) {
  const catalogue::ScenarioEntry& scenario = catalogue::scenario(scenario_name);
  return catalogue::find_case(strategy, scenario, scenario.typical(), why_not, catalogue::Build::traced);
}

ParamValues crash_values(const catalogue::ScenarioEntry& scenario, Face face, CrashRole role) {
  const bool takes =
      role == CrashRole::reader || role == CrashRole::consumer || (role == CrashRole::waiter && face == Face::signal);
  ParamValues values = scenario.typical();
  values[scenario.param_index("participants")] = face == Face::channel ? 3 : 4;
  values[scenario.param_index("operations")] = face == Face::channel ? 2 : 1;
  values[scenario.param_index("side")] = takes ? 1 : 0;
  values[scenario.param_index("capacity")] = 1;
  return values;
}

CrashRun::CrashRun(const catalogue::StrategyEntry& strategy, CrashRole role)
    : scenario_(catalogue::scenario(scenario_name)),
      values_(crash_values(scenario_, code_or_throw(strategy).face, role)),
      code_(code_or_throw(strategy)),
      role_(role),
      newcomer_(code_.face == Face::channel ? partner : last_actor),
      stage_(code_, scenario_, values_, counter_of(scenario_, "cycles")) {}

std::uint64_t CrashRun::count(std::uint32_t actor, std::size_t counter) const {
  return stage_.record(actor).counters[counter];
}

CrashOutcome CrashRun::kill_at(const CrashPoint& at) {
  try {
    CrashOutcome outcome = play(at);
    stage_.end();
    return outcome;
  } catch (const StageOverdue& overdue) {
    CrashOutcome outcome;
    outcome.died = outcome.arrived = true;
    outcome.where = stage_.whereabouts(victim);
    outcome.whys.fill(overdue.what());
    stage_.end();
    return outcome;
  }
}

CrashOutcome CrashRun::play(const CrashPoint& at) {
  CrashOutcome outcome;
  admitted_ = waiter_slept_beside_ = false;
  stuck_ = {};
  stage_.begin();
  open();
  outcome.arrived = drive(std::min(at.arrival, at.point), false);
  if (!outcome.arrived) { return outcome; }
  if (at.arrival <= at.point) { admit_waiter(); }
  outcome.died = at.asleep ? kill_asleep(at) : drive(at.point, true);
  if (!outcome.died) { return outcome; }
  outcome.where = (at.asleep ? "asleep in " : "") + stage_.whereabouts(victim);
  outcome.may_sleep = fault::may_sleep(stage_.seat(victim).operation);
  // relaxed: the dead write no more
  outcome.declared = code_.promised(values_, victim, stage_.record(victim).step.load(std::memory_order_relaxed));
  stage_.bury(victim);
  ask_all();
  conclude(outcome);
  return outcome;
}

/// false: it does not sleep in that access.
bool CrashRun::kill_asleep(const CrashPoint& at) {
  if (!drive(at.point, false)) { return false; }
  stage_.cue(victim, {.access = at.point + 1});
  if (stage_.state(victim) != fault::ActorState::asleep || stage_.seat(victim).accesses != at.point) { return false; }
  admit_waiter();
  if (stage_.state(victim) != fault::ActorState::asleep) { return false; }
  stage_.kill(victim);
  return true;
}

void CrashRun::open() {
  if (!partner_holds()) { return; }
  stage_.cue(partner, {.step = static_cast<std::uint32_t>(index_of(scenario_.descriptor->steps, "inside"))});
}

void CrashRun::admit_waiter() {
  if (std::exchange(admitted_, true)) { return; }
  ask(waiter);
}

/// The victim goes on to that access, where it is killed or stops; the others help when it cannot go on alone. false: it does not come there.
bool CrashRun::drive(std::uint64_t access, bool kills) {
  fault::Cue cue{.polls = few_polls};
  (kills ? cue.death : cue.access) = access;
  constexpr int most_helps = 16;
  for (int helps = 0; helps < most_helps; ++helps) {
    stage_.cue(victim, cue);
    if (stage_.is_dead(victim)) { return true; }
    if (!stage_.is_on(victim)) { return false; }
    if (stage_.seat(victim).accesses >= access && stage_.state(victim) == fault::ActorState::waiting) {
      if (!kills) { return true; }
      continue;
    }
    if (!help_victim()) { return false; }
  }
  return false;
}

/// Somebody does something that the victim may wait for. false: there is nothing.
bool CrashRun::help_victim() {
  const auto accesses = [this] {
    std::uint64_t sum = 0;
    for (std::uint32_t i = waiter; i < stage_.actors(); ++i) { sum += stage_.seat(i).accesses; }
    return sum;
  };
  const std::uint64_t before = accesses();
  if (!admitted_) {
    admit_waiter();
  } else {
    if (code_.face == Face::channel) { ask(waiter); }
    if (code_.face == Face::signal) {
      const std::size_t cycles = counter_of(scenario_, "cycles");
      stage_.cue(partner, {.polls = vain_polls, .progress = count(partner, cycles) + 1});
    }
    if (code_.face == Face::exclusive) { ask(partner); }
  }
  return accesses() != before || stage_.state(victim) == fault::ActorState::waiting;
}

void CrashRun::ask(std::uint32_t actor) {
  stage_.cue(actor, {.polls = vain_polls});
}

/// First the waiter, then the newcomer, then everybody until nothing changes any more.
void CrashRun::ask_all() {
  admitted_ = true;
  ask(waiter);
  if (partner_holds()) { ask(partner); }
  ask(waiter);
  const bool waited = waits(waiter);
  ask(newcomer_);
  waiter_slept_beside_ = waited && count(newcomer_, counter_of(scenario_, "could be had")) > 0;
  ask(waiter);
  // Whose wait is not for something that the partner has yet to give, waits for ever already.
  const bool partner_gives = code_.face == Face::signal || code_.face == Face::channel;
  if (!partner_gives) { stuck_ = {waits(waiter), waits(newcomer_)}; }
  constexpr int rounds = 3;
  for (int i = 0; i < rounds; ++i) {
    for (const std::uint32_t actor : {partner, waiter, newcomer_}) { ask(actor); }
  }
  if (partner_gives) { stuck_ = {waits(waiter), waits(newcomer_)}; }
}

std::pair<Fate, std::string> CrashRun::fate_of(std::uint32_t actor, bool is_stuck) const {
  if (stage_.is_dead(actor)) { return {Fate::aborts, describe(stage_.ending(actor)) + ": " + stage_.whereabouts(actor)}; }
  const measure::Record& record = stage_.record(actor);
  // acquire: pairs with the release in Session::violated()
  if (record.violated.load(std::memory_order_acquire) != 0) {
    return {stage_.has_thrown(actor) ? Fate::aborts : Fate::corrupts, record.violation.data()};
  }
  if (is_stuck || waits(actor)) { return {Fate::blocks, "waits for ever: " + stage_.whereabouts(actor)}; }
  const std::uint64_t told = count(actor, counter_of(scenario_, "told"));
  if (told == 0) { return {Fate::unaffected, {}}; }
  return {count(actor, counter_of(scenario_, "repaired")) == told ? Fate::recovers : Fate::detects, {}};
}

void CrashRun::conclude(CrashOutcome& outcome) {
  bool all_left = true;
  for (std::uint32_t i = waiter; i < stage_.actors(); ++i) { all_left = all_left && !stage_.is_dead(i) && !waits(i); }
  std::array<std::pair<Fate, std::string>, 2> fates{fate_of(waiter, stuck_[0]), fate_of(newcomer_, stuck_[1])};
  if (waiter_slept_beside_ && fates[0].first <= Fate::blocks) {
    fates[0] = {Fate::lost_wakeup, "slept beside what the newcomer could have: " + stage_.whereabouts(waiter)};
  }
  // The partner is a newcomer too.
  if (newcomer_ != partner) {
    const auto third = fate_of(partner, false);
    if (third.first > Fate::lost_wakeup) { fates[1] = std::max(fates[1], third); }
  }
  if (all_left && fates[0].first < Fate::aborts && fates[1].first < Fate::aborts) {
    const Verdict verdict = stage_.judge();
    if (!verdict.is_ok()) { fates[1] = {Fate::corrupts, verdict.why}; }
  }
  for (std::size_t i = 0; i < fates.size(); ++i) { std::tie(outcome.fates[i], outcome.whys[i]) = std::move(fates[i]); }
}

}  // namespace shmlab::run
