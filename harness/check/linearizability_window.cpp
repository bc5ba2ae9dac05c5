#include "check/linearizability_window.hpp"

#include <algorithm>
#include <map>

namespace shmlab::check {
namespace {

using Events = std::vector<Event>;

/// Operations that are left out together or not at all: indices, ascending.
using Unit = std::vector<std::size_t>;

Events chosen(const Events& events, std::vector<std::size_t> indices) {
  std::sort(indices.begin(), indices.end());  // for what only its place orders: operations of one stamp
  Events result;
  for (const std::size_t index : indices) { result.push_back(events[index]); }
  return result;
}

bool is_violated(HistoryModel model, const Events& events, const HistoryLimits& limits) {
  const HistoryOrder order(events, limits.skew_ticks);
  return linearize(model, events, order, limits).judgement == Judgement::violated;
}

/// The latest first: most contradictions are local.
void latest_first(const Events& events, std::vector<Unit>& units) {
  std::sort(units.begin(), units.end(), [&](const Unit& left, const Unit& right) {
    const std::uint64_t one = events[left.back()].start;
    const std::uint64_t other = events[right.back()].start;
    return one != other ? one > other : left.back() > right.back();
  });
}

/// A minimal choice of units that is violated together with `kept`, which all of them are. Each unit that is kept is the last of the
/// shortest violated prefix of what is left; the prefix is found by doubling and halving.
Unit minimal(HistoryModel model, const Events& events, Unit kept, std::vector<Unit> units, const HistoryLimits& limits) {
  latest_first(events, units);
  const auto violated_with = [&](std::size_t count) {
    Unit candidate = kept;
    for (std::size_t i = 0; i < count; ++i) { candidate.insert(candidate.end(), units[i].begin(), units[i].end()); }
    return is_violated(model, chosen(events, std::move(candidate)), limits);
  };
  std::size_t limit = units.size();
  while (limit > 0 && !violated_with(0)) {
    std::size_t low = 0;  // not violated with so many
    std::size_t high = 1;
    while (high < limit && !violated_with(high)) {
      low = high;
      high = std::min(2 * high, limit);
    }
    while (high - low > 1) {
      const std::size_t middle = low + (high - low) / 2;
      (violated_with(middle) ? high : low) = middle;
    }
    kept.insert(kept.end(), units[high - 1].begin(), units[high - 1].end());
    limit = high - 1;
  }
  return kept;
}

/// What had been called when the operation that failed returned, in order of call; what had not returned is pending.
/// Of what returned within the first `skipped` endpoints, nothing.
Events called_before(std::span<const Event> events, HistoryOrder order, std::uint32_t failed_at, std::uint64_t skipped) {
  std::vector<std::uint32_t> calls;
  std::vector<bool> returned(events.size());
  std::vector<bool> gone(events.size());
  HistoryOrder::Endpoint endpoint{};
  for (std::uint64_t position = 1; order.next(endpoint); ++position) {
    if (!endpoint.is_return) {
      calls.push_back(endpoint.event);
      continue;
    }
    returned[endpoint.event] = true;
    gone[endpoint.event] = position <= skipped;
    if (endpoint.event == failed_at) { break; }
  }
  Events result;
  for (const std::uint32_t call : calls) {
    if (gone[call] || is_refused(events[call])) { continue; }
    result.push_back(events[call]);
    if (!returned[call]) { result.back().end = Event::never; }
  }
  return result;
}

/// Each lock with the release that follows it.
std::vector<Unit> holds(const Events& events) {
  std::vector<Unit> units;
  std::map<std::uint32_t, std::size_t> held;  // by participant
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto before = held.find(events[i].participant);
    if (before != held.end() && releases(events[i].action, events[units[before->second].back()].action)) {
      units[before->second].push_back(i);
    } else {
      held[events[i].participant] = units.size();
      units.push_back({i});
    }
  }
  return units;
}

/// The waits that last brought the permits below each of their numbers: since the first of them, there were only excursions down and
/// back up between them, in which waits returned before the posts that made up for them were called.
Events last_descent(std::span<const Event> events, HistoryOrder order, std::uint32_t failed_at) {
  std::vector<std::uint32_t> descent;  // by how many permits below the initial ones
  std::uint64_t above = 0;             // permits beyond the initial ones
  std::size_t below = 0;
  for (HistoryOrder::Endpoint endpoint{}; order.next(endpoint);) {
    const Event& event = events[endpoint.event];
    if (is_refused(event)) { continue; }
    if (event.action == Action::post && !endpoint.is_return) {
      below > 0 ? --below : ++above;
    } else if (event.action == Action::wait && endpoint.is_return) {
      if (above > 0) {
        --above;
      } else {
        descent.resize(below++);
        descent.push_back(endpoint.event);
      }
    }
    if (endpoint.is_return && endpoint.event == failed_at) { break; }
  }
  Events window;
  for (const std::uint32_t wait : descent) { window.push_back(events[wait]); }
  return window;
}

/// The history from where one value was left: first the publish of that value, then what had not returned or was called later. Empty
/// when that was before any publish returned.
Events since_settled(std::span<const Event> events, const HistoryOrder& order, const Linearizability& violation) {
  HistoryOrder again = order;
  HistoryOrder::Endpoint endpoint{};
  const Event* publish = nullptr;
  for (std::uint64_t position = 1; position <= violation.settled_after && again.next(endpoint); ++position) {
    const Event& event = events[endpoint.event];
    if (endpoint.is_return && event.action == Action::publish && event.value == violation.settled_value && !is_refused(event)) {
      publish = &event;
    }
  }
  if (publish == nullptr) { return {}; }
  Events window = called_before(events, order, violation.failed_at, violation.settled_after);
  window.insert(window.begin(), *publish);
  return window;
}

/// Leaves out values and reads; the first `fixed` operations stay.
Events without_values(const Events& events, std::size_t fixed, const HistoryLimits& limits) {
  Unit kept;
  for (std::size_t i = 0; i < fixed; ++i) { kept.push_back(i); }
  std::map<std::uint64_t, Unit> values;
  for (std::size_t i = fixed; i < events.size(); ++i) { values[events[i].value].push_back(i); }
  std::vector<Unit> units;
  for (auto& [value, unit] : values) { units.push_back(std::move(unit)); }
  Unit publishes;
  std::vector<Unit> reads;
  for (const std::size_t index : minimal(HistoryModel::snapshot, events, kept, std::move(units), limits)) {
    if (events[index].action == Action::publish) {
      publishes.push_back(index);
    } else {
      reads.push_back({index});
    }
  }
  return chosen(events, minimal(HistoryModel::snapshot, events, std::move(publishes), std::move(reads), limits));
}

/// A history of more operations is cut where one value was left, if that can be.
constexpr std::size_t long_history = 64;

}  // namespace

std::vector<Event> smallest_snapshot(const std::vector<Event>& events, const HistoryLimits& limits) {
  return without_values(events, 0, limits);
}

std::vector<Event> smallest_window(HistoryModel model, std::span<const Event> events, const HistoryOrder& order,
                                   const Linearizability& violation, const HistoryLimits& limits) {
  if (model == HistoryModel::semaphore) { return last_descent(events, order, violation.failed_at); }
  const Events called = called_before(events, order, violation.failed_at, 0);
  if (model != HistoryModel::snapshot) { return chosen(called, minimal(model, called, {}, holds(called), limits)); }
  const Events settled = called.size() > long_history ? since_settled(events, order, violation) : Events{};
  return is_violated(model, settled, limits) ? without_values(settled, 1, limits) : without_values(called, 0, limits);
}

}  // namespace shmlab::check
