#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "check/history.hpp"
#include "check/history_throughput.hpp"

namespace shmlab::check::testing {

/// Makes a history of at most `most` operations out of any bytes, well-formed but likely to be violated: stamps are small, so that
/// operations overlap and touch, and the last one of a participant may be pending. The end of the bytes ends the history.
inline std::vector<Event> small_history(HistoryModel model, std::span<const std::uint8_t> bytes, std::size_t most) {
  std::vector<Event> events;
  std::map<std::uint32_t, std::uint64_t> free_from;
  std::map<std::uint32_t, Action> held;
  std::uint64_t sent = 0;
  for (std::size_t i = 0; i + 2 < bytes.size() && events.size() < most; i += 3) {
    Event event;
    event.participant = bytes[i] % 3U;
    auto& from = free_from[event.participant];
    if (from == Event::never) { continue; }
    event.start = from + bytes[i] / 3U % 4U;
    event.end = event.start + bytes[i + 1] % 6U;
    if (bytes[i + 1] > 235) { event.end = Event::never; }
    from = event.end;

    const unsigned choice = bytes[i + 2];
    switch (model) {
      case HistoryModel::mutex:
      case HistoryModel::shared_mutex: {
        const bool shares = model == HistoryModel::shared_mutex && choice % 3U != 0;
        const auto own = held.find(event.participant);
        event.action = shares ? Action::lock_shared : Action::lock;
        if (own != held.end()) {
          event.action = own->second == Action::lock_shared ? Action::unlock_shared : Action::unlock;
          held.erase(own);
        } else {
          held[event.participant] = event.action;
        }
        if (choice > 250) { event.action = Action::unlock; }
        event.succeeded = choice < 240;
        break;
      }
      case HistoryModel::semaphore:
        event.action = choice % 2U == 0 ? Action::post : Action::wait;
        event.succeeded = choice < 240;
        break;
      case HistoryModel::snapshot:
        event.action = choice % 2U == 0 ? Action::publish : Action::read;
        event.value = choice / 2U % 4U;
        event.succeeded = choice < 250;
        break;
      case HistoryModel::queue:
        event.action = choice % 2U == 0 ? Action::send : Action::receive;
        event.succeeded = choice % 5U != 0;
        event.value = event.action == Action::send ? ++sent : 1 + choice / 2U % std::max<std::uint64_t>(sent + 1, 2);
        if (choice % 16U == 3U && event.action == Action::receive) { event.value = choice; }
        break;
    }
    events.push_back(event);
  }
  return events;
}

/// A history that was allowed before two of its results, or two of its stamps, were exchanged: the bytes say which.
inline std::vector<Event> mutated_history(HistoryPlan plan, std::span<const std::uint8_t> bytes) {
  std::vector<Event> events = plausible_history(plan);
  for (std::size_t i = 0; i + 2 < bytes.size() && events.size() > 1; i += 3) {
    Event& one = events[bytes[i] % events.size()];
    Event& other = events[bytes[i + 1] % events.size()];
    switch (bytes[i + 2] % 3U) {
      case 0:
        if (one.action == other.action && (plan.model != HistoryModel::queue || one.action == Action::receive)) {
          std::swap(one.value, other.value);
          std::swap(one.succeeded, other.succeeded);
        }
        break;
      case 1:
        if (plan.model != HistoryModel::queue || one.action == other.action) { std::swap(one.participant, other.participant); }
        break;
      default:  // coarser stamps: more operations overlap and touch
        for (Event& event : events) {
          event.start /= 2;
          event.end = event.is_pending() ? Event::never : event.end / 2;
        }
    }
  }
  return events;
}

/// Whether operations of one participant overlap, or one follows a pending one.
inline bool is_malformed(std::span<const Event> events) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    for (std::size_t j = 0; j < events.size(); ++j) {
      const bool same = i != j && events[i].participant == events[j].participant;
      if (same && events[i].start <= events[j].start && events[i].end > events[j].start &&
          (events[i].start != events[j].start || events[j].end > events[i].start)) {
        return true;
      }
    }
  }
  return false;
}

/// Whether at some stamp operations of two participants or more touch, each the next of its own.
inline bool is_ambiguous(std::span<const Event> events) {
  std::map<std::uint64_t, std::set<std::uint32_t>> touching;
  for (std::size_t i = 0; i < events.size(); ++i) {
    for (std::size_t j = 0; j < events.size(); ++j) {
      if (i != j && events[i].participant == events[j].participant && events[i].end == events[j].start) {
        touching[events[i].end].insert(events[i].participant);
      }
    }
  }
  return std::any_of(touching.begin(), touching.end(), [](const auto& stamp) { return stamp.second.size() > 1; });
}

}  // namespace shmlab::check::testing
