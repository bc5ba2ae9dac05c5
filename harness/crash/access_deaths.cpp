#include "crash/access_deaths.hpp"

#include <algorithm>
#include <utility>

namespace shmlab::crash {
namespace {

using deaths::partner;
using deaths::victim;
using deaths::waiter;

/// Polls of the victim, after which the others have to help it on.
constexpr std::uint64_t few_polls = 2;

bool is_of_system(env::Operation operation) {
  switch (operation) {
    case env::Operation::wait:
    case env::Operation::post:
    case env::Operation::lock:
    case env::Operation::unlock:
    case env::Operation::send:
    case env::Operation::receive:
    case env::Operation::signal:
    case env::Operation::broadcast: return true;
    default: return false;
  }
}

}  // namespace

AccessDeaths::AccessDeaths(const catalogue::StrategyEntry& strategy, CrashRole role, fault::Mishap mishap)
    : CrashRun(strategy, role, catalogue::Build::traced, mishap == fault::Mishap::stops), mishap_(mishap) {}

CrashOutcome AccessDeaths::stand_before(std::uint64_t access) {
  CrashOutcome outcome;
  admitted_ = false;
  open();
  outcome.arrived = drive(access, false);
  return outcome;
}

CrashOutcome AccessDeaths::play(const CrashPoint& at) {
  const bool asleep = at.kind == CrashKind::asleep;
  CrashOutcome outcome = stand_before(std::min(at.arrival, at.point));
  if (!outcome.arrived) { return outcome; }
  if (at.arrival <= at.point) { admit_waiter(); }
  outcome.died = asleep ? kill_asleep(at) : drive(at.point, true);
  if (!outcome.died) { return outcome; }
  outcome.where = (asleep ? "asleep in " : "") + stage().whereabouts(victim);
  outcome.may_sleep = fault::may_sleep(stage().seat(victim).operation);
  outcome.is_poll = fault::is_poll(stage().seat(victim).operation);
  outcome.is_of_system = is_of_system(stage().seat(victim).operation);
  return outcome;
}

void AccessDeaths::open() {
  if (aftermath().partner_holds()) { stage().cue(partner, {.step = crash_step(scenario(), "inside")}); }
}

void AccessDeaths::admit_waiter() {
  if (std::exchange(admitted_, true)) { return; }
  aftermath().ask(waiter);
  if (aftermath().partner_waits_too()) { aftermath().ask(partner); }
}

/// The victim goes on to that access, where it is killed or stops; the others help when it cannot go on alone. false: it does not come there.
bool AccessDeaths::drive(std::uint64_t access, bool kills) {
  fault::Cue cue{.polls = few_polls, .mishap = kills ? mishap_ : fault::Mishap::dies};
  (kills ? cue.mishap_at : cue.access) = access;
  constexpr int most_helps = 16;
  for (int helps = 0; helps < most_helps; ++helps) {
    stage().cue(victim, cue);
    if (kills && stage().has_come_to_grief(victim)) { return true; }
    if (!stage().is_on(victim)) { return false; }
    if (stage().seat(victim).accesses >= access && stage().state(victim) == fault::ActorState::waiting) {
      if (!kills) { return true; }
      continue;
    }
    if (!help_victim()) { return false; }
  }
  return false;
}

/// false: it does not sleep in that access.
bool AccessDeaths::kill_asleep(const CrashPoint& at) {
  const auto sleeps_there = [&] {
    return stage().state(victim) == fault::ActorState::asleep && stage().seat(victim).accesses == at.point;
  };
  if (!drive(at.point, false)) { return false; }
  stage().cue(victim, {.access = at.point + 1});
  if (!sleeps_there()) { return false; }
  admit_waiter();
  if (!sleeps_there()) { return false; }
  stage().kill(victim);
  return true;
}

/// Somebody does something that the victim may wait for. false: there is nothing.
bool AccessDeaths::help_victim() {
  const std::uint64_t before = accesses_of_others();
  if (!admitted_) {
    admit_waiter();
  } else if (is_stream(code().face)) {
    aftermath().ask(waiter);
  } else if (code().face == Face::signal) {
    stage().cue(partner, {.progress = aftermath().count(partner, "cycles") + 1});
  } else if (is_lock(code().face)) {
    aftermath().ask(partner);
  }
  return accesses_of_others() != before || stage().state(victim) == fault::ActorState::waiting;
}

std::uint64_t AccessDeaths::accesses_of_others() {
  std::uint64_t sum = 0;
  for (std::uint32_t i = waiter; i < stage().actors(); ++i) { sum += stage().seat(i).accesses; }
  return sum;
}

}  // namespace shmlab::crash
