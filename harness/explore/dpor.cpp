#include "explore/dpor.hpp"

#include <algorithm>
#include <bit>

namespace shmlab::explore {
namespace {

template <class Visit>
void each_bit(std::uint64_t bits, std::size_t first, Visit visit) {
  for (; bits != 0; bits &= bits - 1) { visit(first + static_cast<std::size_t>(std::countr_zero(bits))); }
}

template <class Clock>
void join(Clock& into, const Clock& from) {
  for (std::size_t i = 0; i < into.size(); ++i) { into[i] = std::max(into[i], from[i]); }
}

bool is_poll(env::Operation operation) {
  return operation == env::Operation::pause || operation == env::Operation::yield;
}

}  // namespace

void Dpor::begin() {
  depth_ = 0;
  sleeping_ = 0;
  events_.clear();
  touched_ = {};
  for (Clock& clock : clocks_) { clock.fill(never); }
}

std::uint32_t Dpor::next(const Turn& turn) {
  const ParticipantSet awake = turn.enabled & ~sleeping_;
  if (awake == 0) { return nobody; }
  if (!has_several(turn.enabled)) {
    const std::uint32_t alone = first_of(turn.enabled);
    take(alone, turn, never);
    return alone;
  }
  if (depth_ == nodes_.size()) {
    const std::uint32_t first = prefer(awake, turn);
    nodes_.push_back(
        {.chosen = first, .enabled = turn.enabled, .wanted = only(first), .tried = 0, .sleeping = sleeping_, .outcomes = 0});
  }
  const auto node = static_cast<std::int32_t>(depth_++);
  sleeping_ |= nodes_[static_cast<std::size_t>(node)].tried;
  const std::uint32_t chosen = nodes_[static_cast<std::size_t>(node)].chosen;
  take(chosen, turn, node);
  return chosen;
}

std::uint32_t Dpor::choose(std::uint32_t n) {
  if (depth_ == nodes_.size()) {
    nodes_.push_back({.chosen = 0, .enabled = 0, .wanted = 0, .tried = 0, .sleeping = 0, .outcomes = n});
  }
  return nodes_[depth_++].chosen;
}

void Dpor::read_from(std::uint32_t step) {
  Event& reader = events_.back();
  join(reader.before, events_[step].before);
  clocks_[reader.participant] = reader.before;
}

/// What wakes somebody happens before whatever that one does. Where it could have given up instead, it does so in another execution: a step
/// that was taken away shows no race.
void Dpor::woke(std::uint32_t sleeper) {
  const Event& wake = events_.back();
  join(clocks_[sleeper], wake.before);
  if (wake.node == never) { return; }
  Node& node = nodes_[static_cast<std::size_t>(wake.node)];
  node.wanted |= only(sleeper) & node.enabled;
}

bool Dpor::another(std::uint32_t /*steps*/) {
  for (; !nodes_.empty(); nodes_.pop_back()) {
    Node& node = nodes_.back();
    if (node.outcomes != 0) {
      if (++node.chosen < node.outcomes) { return true; }
      continue;
    }
    node.tried |= only(node.chosen);
    if (const ParticipantSet left = node.wanted & ~node.tried & ~node.sleeping; left != 0) {
      node.chosen = first_of(left);
      return true;
    }
  }
  exhausted_ = true;
  return false;
}

/// Who is to be tried first: who stores, since loads behind a store show what they show before it, and more; then who took the last step.
std::uint32_t Dpor::prefer(ParticipantSet awake, const Turn& turn) {
  std::uint32_t best = no_participant;
  std::uint32_t most = 0;
  for (ParticipantSet left = awake; left != 0; left &= left - 1) {
    const std::uint32_t candidate = first_of(left);
    const Footprint& footprint = turn.next[candidate]->footprint;
    const std::uint32_t merit =
        (footprint.reads == 0 ? 4U : 0U) + (footprint.changes != 0 ? 2U : 0U) + (candidate == turn.last ? 1U : 0U);
    if (best == no_participant || merit > most) {
      best = candidate;
      most = merit;
    }
  }
  return best;
}

/// `participant` takes its next step.
void Dpor::take(std::uint32_t participant, const Turn& turn, std::int32_t node) {
  const Step& step = *turn.next[participant];
  ParticipantSet still = 0;
  for (ParticipantSet left = sleeping_ & ~only(participant); left != 0; left &= left - 1) {
    if (!may_see(turn.next[first_of(left)]->footprint, step.footprint)) { still |= only(first_of(left)); }
  }
  sleeping_ = still;

  find_candidates(participant, step.footprint);
  reverse_races(participant, step);
  const auto event = static_cast<std::int32_t>(events_.size());
  Clock& clock = clocks_[participant];
  each_dependent(step.footprint, [&](std::int32_t other) { join(clock, events_[static_cast<std::size_t>(other)].before); });
  clock[participant] = event;
  events_.push_back({participant, node, clock});
  touch(participant, step.footprint, event);
}

/// The latest steps of each participant that might have seen this one had they come later, or that it may see aside.
template <class Visit>
void Dpor::each_dependent(const Footprint& footprint, Visit visit) {
  const auto all_of = [&](const Latest& latest) {
    for (ParticipantSet left = latest.who; left != 0; left &= left - 1) { visit(latest.steps[first_of(left)]); }
  };
  each_bit(footprint.changes, 0, [&](std::size_t i) { all_of(thing(i).reads); });
  each_bit(footprint.reads_aside, things / 2, [&](std::size_t i) { all_of(thing(i).changes); });
  each_bit(footprint.changes_aside, things / 2, [&](std::size_t i) { all_of(thing(i).reads); });
}

/// Steps of others that this one depends on and that do not happen before it already.
void Dpor::find_candidates(std::uint32_t participant, const Footprint& footprint) {
  candidates_.clear();
  each_dependent(footprint, [&](std::int32_t event) {
    const std::uint32_t other = events_[static_cast<std::size_t>(event)].participant;
    const bool is_new = other != participant && event > clocks_[participant][other] &&
                        std::find(candidates_.begin(), candidates_.end(), event) == candidates_.end();
    if (is_new) { candidates_.push_back(event); }
  });
}

/// For every race of this step with an earlier one, somebody who can begin the reversed order is to be tried where that one was chosen.
void Dpor::reverse_races(std::uint32_t participant, const Step& step) {
  for (const std::int32_t race : candidates_) {
    const Event& event = events_[static_cast<std::size_t>(race)];
    if (event.node == never || !is_immediate(race)) { continue; }
    Node& node = nodes_[static_cast<std::size_t>(event.node)];
    // A poll that could not go on before the racing step gave it news cannot come first.
    const bool enabled_by_it = is_poll(step.operation) && candidates_.size() == 1 && clocks_[participant][participant] < race &&
                               (node.enabled & only(participant)) == 0;
    if (enabled_by_it) { continue; }
    const ParticipantSet begin = initials(race, participant);
    if ((begin & node.wanted) != 0) { continue; }
    const ParticipantSet able = begin & node.enabled;
    if (able == 0) {
      node.wanted |= node.enabled;
    } else {
      const ParticipantSet asleep = able & node.sleeping;
      node.wanted |= asleep != 0                       ? only(first_of(asleep))
                     : (able & only(participant)) != 0 ? only(participant)
                                                       : only(first_of(able));
    }
  }
}

bool Dpor::happens_before(std::int32_t first, std::int32_t second) const {
  return first <= events_[static_cast<std::size_t>(second)].before[events_[static_cast<std::size_t>(first)].participant];
}

/// Whether no other candidate comes in between.
bool Dpor::is_immediate(std::int32_t event) const {
  return std::none_of(candidates_.begin(), candidates_.end(),
                      [&](std::int32_t other) { return other != event && happens_before(event, other); });
}

/// Who can take the first step of a sequence that has the steps behind the race that do not happen after it, and then that of
/// `participant`: those whose first step there has none of the others' before it.
ParticipantSet Dpor::initials(std::int32_t race, std::uint32_t participant) const {
  ParticipantSet begin = 0;
  ParticipantSet present = 0;
  std::array<std::int32_t, max_participants> first{};
  for (auto i = static_cast<std::size_t>(race) + 1; i < events_.size(); ++i) {
    const auto event = static_cast<std::int32_t>(i);
    const std::uint32_t who = events_[i].participant;
    if ((present & only(who)) != 0 || happens_before(race, event)) { continue; }
    bool is_initial = true;
    for (ParticipantSet left = present; left != 0 && is_initial; left &= left - 1) {
      is_initial = !happens_before(first[first_of(left)], event);
    }
    present |= only(who);
    first[who] = event;
    begin |= is_initial ? only(who) : 0;
  }
  if ((present & only(participant)) != 0) { return begin; }
  for (ParticipantSet left = present; left != 0; left &= left - 1) {
    if (precedes_last(first[first_of(left)], race, participant)) { return begin; }
  }
  return begin | only(participant);
}

/// Whether `first` happens before the step that `participant` is about to take, by another way than the race.
bool Dpor::precedes_last(std::int32_t first, std::int32_t race, std::uint32_t participant) const {
  if (first <= clocks_[participant][events_[static_cast<std::size_t>(first)].participant]) { return true; }
  return std::any_of(candidates_.begin(), candidates_.end(), [&](std::int32_t other) {
    return other != race && happens_before(first, other) && !happens_before(race, other);
  });
}

void Dpor::touch(std::uint32_t participant, const Footprint& footprint, std::int32_t event) {
  const auto note = [&](Latest& latest) {
    latest.who |= only(participant);
    latest.steps[participant] = event;
  };
  each_bit(footprint.reads, 0, [&](std::size_t i) { note(thing(i).reads); });
  each_bit(footprint.reads_aside, things / 2, [&](std::size_t i) { note(thing(i).reads); });
  each_bit(footprint.changes_aside, things / 2, [&](std::size_t i) { note(thing(i).changes); });
}

Dpor::Touches& Dpor::thing(std::size_t index) {
  std::uint64_t& used = touched_[index / 64];
  const std::uint64_t bit = std::uint64_t{1} << (index % 64);
  if ((used & bit) == 0) {
    used |= bit;
    touches_[index].reads.who = 0;
    touches_[index].changes.who = 0;
  }
  return touches_[index];
}

}  // namespace shmlab::explore
