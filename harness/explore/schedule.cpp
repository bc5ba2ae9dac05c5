#include <fmt/format.h>

#include <exception>

#include "explore/machine.hpp"

/// Who goes on.
namespace shmlab::explore {

/// The calling participant is about to take this step, and others may go first. false: its stack is being unwound, and the step is not
/// to be taken.
bool Machine::arrive(env::Operation operation, std::memory_order order, const Footprint& footprint, const void* address,
                     const Where& where, State state) {
  if (is_leaving()) { return false; }
  if (state != State::asleep) { risk_death(operation, address, where); }
  Participant& me = participants_[self_];
  me.step = {.operation = operation, .order = order, .footprint = footprint, .address = address, .where = where};
  me.state = state;
  pass_on();
  if (unwinding_) { throw Abandoned{}; }
  me.state = State::between;
  if (trace_ != nullptr) {
    const bool has_offset = address != nullptr && locations_.is_in_memory(address);
    trace_->push_back({.step = steps_,
                       .participant = me.index,
                       .operation = operation,
                       .order = order,
                       .where = where,
                       .offset = has_offset ? locations_.offset_of(address) : TraceLine::no_offset,
                       .value = 0,
                       .has_value = false,
                       .note = {}});
  }
  return true;
}

/// Whether the calling participant's stack is being unwound, so that it does nothing any more. Throws when somebody stopped that.
bool Machine::is_leaving() const {
  if (!unwinding_) { return false; }
  if (std::uncaught_exceptions() == 0) { throw Abandoned{}; }
  return true;
}

/// Somebody goes on, perhaps the caller; returns when the caller is the one again.
void Machine::pass_on() {
  const std::uint32_t from = self_;
  const std::uint32_t to = pick();
  if (to == from) { return; }
  if (to == no_participant) {
    participants_[from].fiber->switch_to(outside_);
    return;
  }
  self_ = to;
  participants_[from].fiber->switch_to(*participants_[to].fiber);
}

/// Who goes on; no_participant: the execution is over.
std::uint32_t Machine::pick() {
  ParticipantSet left = 0;
  for (std::uint32_t i = 0; i < program_.participants; ++i) {
    const Participant& participant = participants_[i];
    // Between two steps nothing is shared: no need to choose.
    if (participant.state == State::between) { return i; }
    if (participant.state != State::ended && participant.state != State::dead) { left |= only(i); }
  }
  if (left == 0) { return no_participant; }
  turn_.enabled = enabled();
  if (turn_.enabled == 0) {
    const std::uint32_t poller = next_vain_poll();
    if (poller == no_participant) {
      finish_stuck();
      return no_participant;
    }
    turn_.enabled = only(poller);
  }
  const ParticipantSet able = turn_.enabled;
  turn_.enabled = fairness_.admit(able);
  if (turn_.enabled != able) { met_.insert(Bound::fairness); }
  if (steps_ == settings_.bounds.most_steps) {
    met_.insert(Bound::steps);
    how_ = ExecutionEnd::cut_short;
    return no_participant;
  }
  turn_.steps = steps_++;
  turn_.last_could_go_on =
      turn_.last != no_participant && (turn_.enabled & only(turn_.last)) != 0 && participants_[turn_.last].state == State::ready;
  const std::uint32_t to = search_.next(turn_);
  if (to == Search::nobody) {
    how_ = ExecutionEnd::redundant;
    return no_participant;
  }
  if (has_several(turn_.enabled)) { choices_.push_back(static_cast<std::uint16_t>(to)); }
  if (turn_.last_could_go_on && to != turn_.last) { ++preemptions_; }
  turn_.last = to;
  fairness_.takes(to, participants_[to].state == State::polling && participants_[to].watch.has_progressed(), able);
  return to;
}

ParticipantSet Machine::enabled() const {
  ParticipantSet all = 0;
  for (std::uint32_t i = 0; i < program_.participants; ++i) {
    const Participant& participant = participants_[i];
    const bool can = participant.state == State::ready || (participant.state == State::asleep && participant.timed) ||
                     (participant.state == State::polling && participant.watch.has_news(memory_, i));
    all |= can ? only(i) : 0;
  }
  return all;
}

/// Nobody else can go on: a poller looks again although there is nothing new, for loops that count their looks.
std::uint32_t Machine::next_vain_poll() {
  std::uint32_t next = no_participant;
  for (std::uint32_t i = 0; i < program_.participants; ++i) {
    const Participant& candidate = participants_[i];
    if (candidate.state != State::polling || candidate.vain_polls >= settings_.bounds.vain_polls) { continue; }
    if (next == no_participant || candidate.vain_polls < participants_[next].vain_polls) { next = i; }
  }
  if (next != no_participant) { ++participants_[next].vain_polls; }
  return next;
}

/// Memory is not as it was: looks are not in vain any more.
void Machine::changed_memory() {
  participants_[self_].watch.progressed();
  for (std::uint32_t i = 0; i < program_.participants; ++i) { participants_[i].vain_polls = 0; }
}

/// Nobody who is left can ever go on.
void Machine::finish_stuck() {
  const bool may_be_allowed = deaths_ != 0 && program_.bereft;
  finish(may_be_allowed ? program_.bereft(stuck()) : stuck());
  if (verdict_.is_ok()) { how_ = ExecutionEnd::bereft; }
}

Verdict Machine::stuck() const {
  bool polls = false;
  bool missed = false;
  std::string who;
  for (std::uint32_t i = 0; i < program_.participants; ++i) {
    const Participant& participant = participants_[i];
    if (participant.state == State::ended) { continue; }
    if (!who.empty()) { who += "; "; }
    const std::string where = to_string(participant.step.where);
    if (participant.state == State::dead) {
      who += fmt::format("P{} died at {}", i, where);
      continue;
    }
    if (participant.state == State::polling) {
      polls = true;
      who += fmt::format("P{} polls in vain at {}", i, where);
      continue;
    }
    who += fmt::format("P{} sleeps at {} while the word is {}", i, where, participant.expected);
    const auto now = static_cast<std::uint32_t>(memory_.newest(participant.asleep_on).value);
    if (now != participant.expected) {
      missed = true;
      who += fmt::format(", but it is {} by now", now);
    }
  }
  return Verdict::violated((polls ? "livelock: " : missed ? "lost wake-up: " : "deadlock: ") + who);
}

std::uint32_t Machine::choose(std::uint32_t n) {
  const std::uint32_t chosen = search_.choose(n);
  choices_.push_back(static_cast<std::uint16_t>(chosen));
  return chosen;
}

}  // namespace shmlab::explore
