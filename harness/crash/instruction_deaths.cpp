#include "crash/instruction_deaths.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
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
  skips_ = skips_ && stage().skip_to_next_step(partner);
  if (!stage().is_on(partner)) { return false; }
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

void InstructionDeaths::note(std::uint64_t executed) {
  if (jumps_ && path_->addresses.size() == executed) { path_->addresses.push_back(stage().address(victim)); }
}

/// As far as it is known that nothing happens, and not as far as `before`: how many are executed then. When it does not come there, it never jumps
/// again.
std::uint64_t InstructionDeaths::jump(std::uint64_t executed, std::uint64_t before) {
  constexpr std::uint64_t worth_it = 4;
  const std::vector<std::uint64_t>& known = path_->addresses;
  const auto next_event = path_->events.lower_bound(executed);
  const std::uint64_t end = std::min<std::uint64_t>(before, known.size()) - 1;
  const std::uint64_t to = next_event == path_->events.end() ? end : std::min(end, *next_event);
  if (!jumps_ || executed == 0 || to < executed + worth_it || known[executed] == known[to]) { return executed; }
  if (stage().address(victim) != known[executed]) { return executed; }
  const auto begin = known.begin() + static_cast<std::ptrdiff_t>(executed) + 1;
  const auto times = std::count(begin, known.begin() + static_cast<std::ptrdiff_t>(to) + 1, known[to]);
  jumps_ = known[to] != 0 && stage().run_to(victim, known[to], static_cast<std::uint64_t>(times));
  return to;
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
  path_ = &paths_[admitted_ ? 0 : 1];
  const std::uint32_t before = crash_step(scenario(), "before");
  const std::uint32_t done = crash_step(scenario(), "done");
  for (std::uint64_t executed = 0; executed < at.point;) {
    note(executed);
    if (!admitted_ && finds_it_taken()) {
      admitted_ = true;
      path_->events.insert(executed);
      aftermath().ask(waiter);
      if (aftermath().partner_waits_too()) { aftermath().ask(partner); }
    }
    if (const std::uint64_t come = jump(executed, at.point); come != executed) {
      if (jumps_) {
        executed = come;
        continue;
      }
      stage().begin();
      return play(at);
    }
    const Stepped stepped = stage().step(victim);
    if (stepped == Stepped::ended) { return outcome; }
    if (stepped == Stepped::asleep) {
      path_->events.insert(executed);
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
