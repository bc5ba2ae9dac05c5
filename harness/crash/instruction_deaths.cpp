#include "crash/instruction_deaths.hpp"

#include <fmt/core.h>

#include <utility>

#include "contract/error.hpp"

namespace shmlab::crash {
namespace {

using deaths::partner;
using deaths::victim;
using deaths::waiter;

}  // namespace

void InstructionDeaths::lead(std::uint32_t actor) {
  if (!stage().lead(actor)) { throw Unavailable("ptrace(2) is not allowed here: no death between two instructions"); }
}

/// The same, and to the beginning of its operation where the machine can do that in one go. false: it has run away.
bool InstructionDeaths::lead_to_operation(std::uint32_t actor) {
  lead(actor);
  constexpr int first_steps = 2;  // "before", and the operation's
  for (int i = 0; skips_ && i < first_steps; ++i) { skips_ = stage().skip_to_next_step(actor); }
  return skips_ || stage().is_on(actor);
}

std::uint32_t InstructionDeaths::step_of(std::uint32_t actor) {
  // relaxed: it has stopped
  return stage().record(actor).step.load(std::memory_order_relaxed);
}

/// A waiter finds the lock held. false: the partner does not come so far.
bool InstructionDeaths::open() {
  if (role_ != CrashRole::waiter) { return true; }
  if (!lead_to_operation(partner)) { return false; }
  if (!aftermath().partner_holds()) { return true; }
  while (step_of(partner) != crash_step(scenario(), "inside")) {
    if (stage().step(partner) != Stepped::stopped) { return false; }
  }
  return true;
}

/// Whether a waiter that comes now has to wait.
bool InstructionDeaths::finds_it_taken() {
  switch (role_) {
    case CrashRole::holder: return step_of(victim) == crash_step(scenario(), "inside");
    case CrashRole::poster: return true;
    default: return false;  // behind the victim, once that sleeps
  }
}

/// What it waits for is given, once. false: it is not, or was already.
bool InstructionDeaths::wake_victim() {
  if (role_ != CrashRole::waiter || std::exchange(woken_, true)) { return false; }
  if (aftermath().partner_holds()) {
    aftermath().ask(partner);
    return true;
  }
  while (aftermath().count(partner, "cycles") == 0) {
    if (stage().step(partner) != Stepped::stopped) { return false; }
  }
  return true;
}

CrashOutcome InstructionDeaths::play(const CrashPoint& at) {
  CrashOutcome outcome;
  admitted_ = at.arrival == 0;
  woken_ = false;
  if (!open() || !lead_to_operation(victim)) {
    if (skips_) { return outcome; }
    stage().begin();  // somebody ran away: it does not happen again
    return play(at);
  }
  const std::uint32_t before = crash_step(scenario(), "before");
  const std::uint32_t done = crash_step(scenario(), "done");
  for (std::uint64_t executed = 0; executed < at.point;) {
    if (!admitted_ && finds_it_taken()) {
      admitted_ = true;
      aftermath().ask(waiter);
      if (aftermath().partner_waits_too()) { aftermath().ask(partner); }
    }
    const Stepped stepped = stage().step(victim);
    if (stepped == Stepped::ended) { return outcome; }
    if (stepped == Stepped::asleep) {
      if (!std::exchange(admitted_, true)) { aftermath().ask(waiter); }
      if (!wake_victim()) { return outcome; }
      continue;
    }
    const std::uint32_t step = step_of(victim);
    if (step == done) { return outcome; }
    if (step != before) { ++executed; }
  }
  outcome.arrived = outcome.died = true;
  outcome.where =
      fmt::format("after instruction {}, at {}, {}", at.point, stage().instruction(victim), stage().whereabouts(victim));
  stage().kill(victim);
  return outcome;
}

}  // namespace shmlab::crash
