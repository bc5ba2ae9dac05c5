#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "check/history.hpp"

namespace shmlab::check::testing {

/// The oracle: tries every order of a small history. It shares no code with what it judges.
class BruteForce {
 public:
  /// `program_order`: operations of one participant are in order of their stamps also where these touch.
  BruteForce(HistoryModel model, std::span<const Event> events, const HistoryLimits& limits, bool program_order)
      : model_(model), events_(events), limits_(limits), program_order_(program_order) {}

  [[nodiscard]] bool allows() const {
    State state;
    state.permits = limits_.permits;
    return place(state, std::vector<bool>(events_.size()));
  }

 private:
  struct State {
    std::map<std::uint32_t, Action> held;  // by participant
    std::uint64_t permits = 0;
    std::uint64_t value = 0;
    std::deque<std::uint64_t> queue;
  };

  [[nodiscard]] bool precedes(std::size_t one, std::size_t other) const {
    const Event& first = events_[one];
    const Event& second = events_[other];
    if (first.end < second.start) { return true; }
    if (!program_order_ || first.participant != second.participant || first.end != second.start) { return false; }
    return first.start != second.start || (first.end != second.end ? first.end < second.end : one < other);
  }

  /// Whether what is left can be placed after what is placed.
  [[nodiscard]] bool place(const State& state, std::vector<bool> placed) const {
    bool complete = true;
    for (std::size_t i = 0; i < events_.size(); ++i) { complete = complete && (placed[i] || events_[i].is_pending()); }
    if (complete) { return true; }
    for (std::size_t i = 0; i < events_.size(); ++i) {
      if (placed[i]) { continue; }
      bool is_next = true;
      for (std::size_t j = 0; j < events_.size(); ++j) { is_next = is_next && (placed[j] || j == i || !precedes(j, i)); }
      if (!is_next) { continue; }
      const std::optional<State> after = step(state, events_[i]);
      if (!after) { continue; }
      placed[i] = true;
      if (place(*after, placed)) { return true; }
      placed[i] = false;
    }
    return false;
  }

  [[nodiscard]] std::optional<State> step(State state, const Event& event) const {
    if (model_ == HistoryModel::queue) { return queue_step(state, event); }
    if (!event.succeeded && !event.is_pending()) { return state; }
    const bool writer =
        std::any_of(state.held.begin(), state.held.end(), [](const auto& hold) { return hold.second == Action::lock; });
    const auto own = state.held.find(event.participant);
    switch (event.action) {
      case Action::lock:
        if (!state.held.empty()) { return std::nullopt; }
        state.held[event.participant] = Action::lock;
        return state;
      case Action::lock_shared:
        if (writer || own != state.held.end()) { return std::nullopt; }
        state.held[event.participant] = Action::lock_shared;
        return state;
      case Action::unlock:
      case Action::unlock_shared:
        if (own == state.held.end() || own->second != (event.action == Action::unlock ? Action::lock : Action::lock_shared)) {
          return std::nullopt;
        }
        state.held.erase(own);
        return state;
      case Action::post: ++state.permits; return state;
      case Action::wait:
        if (state.permits == 0) { return std::nullopt; }
        --state.permits;
        return state;
      case Action::publish: state.value = event.value; return state;
      case Action::read:
        if (!event.is_pending() && state.value != event.value) { return std::nullopt; }
        return state;
      default: return std::nullopt;
    }
  }

  [[nodiscard]] std::optional<State> queue_step(State state, const Event& event) const {
    const bool must_refuse = limits_.capacity != 0 && state.queue.size() >= limits_.capacity;
    const bool may_refuse = state.queue.size() >= limits_.least_capacity;
    if (event.action == Action::send) {
      if (!event.succeeded && !event.is_pending()) { return may_refuse ? std::optional(state) : std::nullopt; }
      if (must_refuse) { return std::nullopt; }
      state.queue.push_back(event.value);
      return state;
    }
    if (!event.succeeded && !event.is_pending()) { return state.queue.empty() ? std::optional(state) : std::nullopt; }
    if (state.queue.empty() || (!event.is_pending() && state.queue.front() != event.value)) { return std::nullopt; }
    state.queue.pop_front();
    return state;
  }

  HistoryModel model_;
  std::span<const Event> events_;
  HistoryLimits limits_;
  bool program_order_;
};

}  // namespace shmlab::check::testing
