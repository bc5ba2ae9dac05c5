#include "check/history_order.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace shmlab::check {

HistoryOrder::HistoryOrder(std::span<const Event> events, std::uint64_t skew_ticks) : events_(events) {
  if (events.size() >= std::numeric_limits<std::uint32_t>::max()) {
    malformed_ = "more operations than 32 bits count";
    return;
  }
  group(events);
  for (Cursor& cursor : cursors_) {
    sort_and_inspect(cursor.call, cursor.stop, skew_ticks);
    load_call(cursor);
    load_return(cursor);
    stamps_.push_back(std::min(cursor.start, cursor.end));
  }
}

void HistoryOrder::group(std::span<const Event> events) {
  number_participants(events);
  cursors_.resize(ids_.size());
  for (const Event& event : events) { ++cursors_[index_of(event.participant)].stop; }
  std::uint32_t first = 0;
  for (Cursor& cursor : cursors_) {
    cursor.call = cursor.ret = first;
    first += cursor.stop;
    cursor.stop = cursor.call;  // counts up again below
  }
  order_.resize(events.size());
  for (std::uint32_t i = 0; i < events.size(); ++i) { order_[cursors_[index_of(events[i].participant)].stop++] = i; }
}

void HistoryOrder::number_participants(std::span<const Event> events) {
  std::uint32_t largest = 0;
  for (const Event& event : events) { largest = std::max(largest, event.participant); }
  if (largest < most_looked_up) {
    indices_.resize(largest + std::size_t{1});
    for (const Event& event : events) { indices_[event.participant] = 1; }
    for (std::uint32_t id = 0; id < indices_.size(); ++id) {
      if (std::exchange(indices_[id], static_cast<std::uint32_t>(ids_.size())) != 0) { ids_.push_back(id); }
    }
    return;
  }
  for (const Event& event : events) { ids_.push_back(event.participant); }
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
}

std::uint32_t HistoryOrder::index_of(std::uint32_t participant) const {
  if (!indices_.empty()) { return indices_[participant]; }
  return static_cast<std::uint32_t>(std::lower_bound(ids_.begin(), ids_.end(), participant) - ids_.begin());
}

void HistoryOrder::sort_and_inspect(std::uint32_t first, std::uint32_t last, std::uint64_t skew_ticks) {
  const std::span<std::uint32_t> own(order_.data() + first, last - first);
  const auto earlier = [this](std::uint32_t left, std::uint32_t right) {
    const Event& one = events_[left];
    const Event& other = events_[right];
    if (one.start != other.start) { return one.start < other.start; }
    return one.end != other.end ? one.end < other.end : left < right;
  };
  if (!std::is_sorted(own.begin(), own.end(), earlier)) { std::sort(own.begin(), own.end(), earlier); }
  for (std::size_t i = 0; i < own.size() && malformed_.empty(); ++i) {
    const Event& event = events_[own[i]];
    if (event.end < event.start || event.start == Event::never) {
      malformed_ = fmt::format("P{} ends a {} at {} that starts at {}", event.participant, to_string(event.action), event.end,
                               event.start);
    } else if (i > 0) {
      const Event& before = events_[own[i - 1]];
      if (before.is_pending() || before.end > event.end ||
          (before.end > event.start && before.end - event.start > 2 * skew_ticks)) {
        malformed_ = fmt::format("P{} starts a {} at {} before its {} of {} has returned", event.participant,
                                 to_string(event.action), event.start, to_string(before.action), before.start);
      }
    }
  }
}

void HistoryOrder::load_call(Cursor& cursor) const {
  cursor.start = cursor.call < cursor.stop ? events_[order_[cursor.call]].start : Event::never;
}

void HistoryOrder::load_return(Cursor& cursor) const {
  cursor.end = cursor.ret < cursor.stop ? events_[order_[cursor.ret]].end : Event::never;
}

bool HistoryOrder::next(Endpoint& endpoint) {
  std::uint64_t least = Event::never;
  std::uint32_t first = 0;
  bool is_tie = false;
  for (std::uint32_t i = 0; i < stamps_.size(); ++i) {  // no branch depends on a stamp: who is next cannot be predicted
    const std::uint64_t stamp = stamps_[i];
    const bool is_less = stamp < least;
    is_tie = !is_less && (is_tie || stamp == least);
    first = is_less ? i : first;
    least = is_less ? stamp : least;
  }
  if (least == Event::never) { return false; }
  bool is_return = cursors_[first].end == least;
  if (is_tie || (is_return && cursors_[first].start == least)) { first = next_of_instant(least, is_return); }
  endpoint = emit(first, is_return);
  return true;
}

std::uint32_t HistoryOrder::next_of_instant(std::uint64_t stamp, bool& is_return) const {
  std::uint32_t touching = participants();   // the first that returns from one operation and calls the next
  std::uint32_t returning = participants();  // any that returns
  for (std::uint32_t i = 0; i < cursors_.size(); ++i) {
    const Cursor& cursor = cursors_[i];
    const bool returns = cursor.ret < cursor.call && cursor.end == stamp;
    if (cursor.start == stamp && (!returns || touching != participants())) {
      is_return = false;  // a call that nothing orders against the returns of this instant, or that only its participant could
      return i;
    }
    if (cursor.start == stamp) { touching = i; }
    if (returns) { returning = i; }
  }
  is_return = true;
  return touching != participants() ? touching : returning;
}

HistoryOrder::Endpoint HistoryOrder::emit(std::uint32_t participant, bool is_return) {
  Cursor& cursor = cursors_[participant];
  const Endpoint endpoint{order_[is_return ? cursor.ret : cursor.call], participant, is_return};
  if (is_return) {
    ++cursor.ret;
    load_return(cursor);
  } else {
    ++cursor.call;
    load_call(cursor);
  }
  stamps_[participant] = std::min(cursor.start, cursor.end);
  return endpoint;
}

std::vector<Event> by_start(std::span<const Event> events) {
  std::vector<std::size_t> places(events.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  std::sort(places.begin(), places.end(), [&](std::size_t left, std::size_t right) {
    return events[left].start != events[right].start ? events[left].start < events[right].start : left < right;
  });
  std::vector<Event> sorted;
  sorted.reserve(events.size());
  for (const std::size_t place : places) { sorted.push_back(events[place]); }
  return sorted;
}

}  // namespace shmlab::check
