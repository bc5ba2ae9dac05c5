#include "crash/crash_aftermath.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <span>
#include <tuple>
#include <utility>

namespace shmlab::crash {
namespace {

using deaths::last_actor;
using deaths::partner;
using deaths::victim;
using deaths::waiter;

/// Polls of somebody who has the machine for himself, and sees the same each time, after which he polls for ever.
constexpr std::uint64_t vain_polls = 8;

std::size_t index_of(std::span<const std::string_view> names, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

std::string describe(const run::ExitStatus& status) {
  if (!status.signalled) { return fmt::format("exited with code {}", status.code); }
  const char* const name = sigabbrev_np(status.code);
  return name == nullptr ? fmt::format("killed by signal {}", status.code) : fmt::format("killed by SIG{}", name);
}

}  // namespace

std::uint32_t crash_step(const catalogue::ScenarioEntry& scenario, std::string_view name) {
  return static_cast<std::uint32_t>(index_of(scenario.descriptor->steps, name));
}
std::size_t crash_counter(const catalogue::ScenarioEntry& scenario, std::string_view name) {
  return index_of(scenario.descriptor->counters, name);
}

Aftermath::Aftermath(CrashStage& stage, const catalogue::ScenarioEntry& scenario, const catalogue::CaseCode& code,
                     const ParamValues& values, CrashRole role)
    : stage_(stage),
      scenario_(scenario),
      code_(code),
      values_(values),
      role_(role),
      newcomer_(stage.actors() > last_actor ? last_actor : partner) {}

void Aftermath::ask(std::uint32_t actor) {
  stage_.cue(actor, {.polls = vain_polls});
}

std::uint64_t Aftermath::count(std::uint32_t actor, std::string_view counter) const {
  return stage_.record(actor).counters[crash_counter(scenario_, counter)];
}

OnDeath Aftermath::promised(std::uint32_t actor) const {
  // relaxed: the dead write no more
  std::uint32_t step = stage_.record(actor).step.load(std::memory_order_relaxed);
  // Of a broadcast's listeners none may be missing, before it attaches and behind its last message neither.
  const bool listens = code_.face == Face::broadcast && role_ == CrashRole::consumer && actor == victim;
  if (listens) { step = crash_step(scenario_, "receive"); }
  return code_.promised(values_, actor, step);
}

void Aftermath::bury() {
  stage_.bury(victim);
}

void Aftermath::follow(CrashOutcome& outcome) {
  outcome.declared = promised(victim);
  bury();
  slept_at_.clear();
  stuck_ = {};
  second_.reset();
  ask_all();
  conclude(outcome);
}

void Aftermath::follow_twice(CrashOutcome& outcome, std::uint32_t second) {
  outcome.declared = std::max(promised(victim), promised(second));
  slept_at_.clear();
  stuck_ = {};
  second_ = second;
  ask_all();
  conclude(outcome);
}

/// First the waiter, then the newcomer, then everybody until nothing changes any more.
void Aftermath::ask_all() {
  ask(waiter);
  if (partner_holds() || partner_came()) { ask(partner); }
  ask(waiter);
  const std::optional<std::uint32_t> left = left_waiting();
  const std::string at = left ? stage_.whereabouts(*left) : std::string();
  // A broadcast waits for a dead listener as for a living one, and nobody need come in its place.
  const bool is_held_up = left && role_ == CrashRole::consumer && code_.face == Face::broadcast;
  ask(newcomer_);
  if (left && count(newcomer_, "could be had") > 0) { slept_at_ = at; }
  ask(waiter);
  // Whose wait is not for something that the partner has yet to give, waits for ever already.
  const bool partner_gives = code_.face == Face::signal || is_stream(code_.face);
  if (!partner_gives) { stuck_ = {left_waiting().has_value(), waits(newcomer_)}; }
  constexpr int rounds = 3;
  for (int i = 0; i < rounds; ++i) {
    for (const std::uint32_t actor : {partner, waiter, newcomer_}) { ask(actor); }
  }
  if (partner_gives) { stuck_ = {is_held_up || waits(waiter), waits(newcomer_)}; }
}

std::optional<std::uint32_t> Aftermath::left_waiting() const {
  if (waits(waiter)) { return waiter; }
  return partner_came() && waits(partner) ? std::optional(partner) : std::nullopt;
}

bool Aftermath::partner_came() const {
  return partner_waits_too() && (stage_.seat(partner).accesses != 0 || stage_.state(partner) != fault::ActorState::waiting);
}

Aftermath::Found Aftermath::fate_of(std::uint32_t actor, bool is_stuck) const {
  if (stage_.is_dead(actor)) { return {Fate::aborts, describe(stage_.ending(actor)) + ": " + stage_.whereabouts(actor)}; }
  const measure::Record& record = stage_.record(actor);
  // acquire: pairs with the release in Session::violated()
  if (record.violated.load(std::memory_order_acquire) != 0) {
    return {stage_.has_thrown(actor) ? Fate::aborts : Fate::corrupts, record.violation.data()};
  }
  if (is_stuck || waits(actor)) { return {Fate::blocks, "waits for ever: " + stage_.whereabouts(actor)}; }
  const std::uint64_t told = count(actor, "told");
  if (told == 0) { return {Fate::unaffected, {}}; }
  if (count(actor, "repaired") == told) { return {Fate::recovers, {}}; }
  return {Fate::detects, "was told of a death, and nothing can be repaired"};
}

void Aftermath::conclude(CrashOutcome& outcome) {
  bool all_left = true;
  for (std::uint32_t i = waiter; i < stage_.actors(); ++i) {
    all_left = all_left && (i == second_ || !stage_.is_dead(i)) && !waits(i);
  }
  std::array<std::pair<Fate, std::string>, 2> fates{fate_of(old_survivor(), stuck_[0]), fate_of(newcomer_, stuck_[1])};
  if (!slept_at_.empty() && fates[0].first <= Fate::blocks) {
    fates[0] = {Fate::lost_wakeup, "slept beside what the newcomer could have: " + slept_at_};
  }
  // The partner is a second waiter, or another newcomer.
  if (newcomer_ != partner && second_ != partner) {
    Found& same = fates[partner_came() ? 0 : 1];
    const Found third = fate_of(partner, false);
    if (third.first > Fate::lost_wakeup) { same = std::max(same, third); }
  }
  if (all_left && fates[0].first < Fate::aborts && fates[1].first < Fate::aborts) {
    const Verdict verdict = stage_.judge();
    if (!verdict.is_ok()) { fates[1] = {Fate::corrupts, verdict.why}; }
  }
  for (std::size_t i = 0; i < fates.size(); ++i) { std::tie(outcome.fates[i], outcome.whys[i]) = std::move(fates[i]); }
}

}  // namespace shmlab::crash
