#include "check/history.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "check/history_order.hpp"
#include "check/linearizability.hpp"
#include "check/linearizability_window.hpp"
#include "check/linearizability_zones.hpp"
#include "check/queue_patterns.hpp"

namespace shmlab::check {
namespace {

HistoryVerdict unknown(std::string why) {
  return {Judgement::unknown, std::move(why), {}, 0};
}

std::string interval_text(const Event& event) {
  return event.is_pending() ? fmt::format("[{}, ...)", event.start) : fmt::format("[{}, {}]", event.start, event.end);
}

/// "publish 3", "read 3", "receive empty", "lock".
std::string operation_text(const Event& event) {
  std::string text(to_string(event.action));
  const bool has_value = event.action == Action::publish || event.action == Action::read || event.action == Action::send ||
                         event.action == Action::receive;
  const bool returns_value = event.action == Action::read || event.action == Action::receive;
  if (has_value && !(returns_value && (event.is_pending() || !event.succeeded))) { text += fmt::format(" {}", event.value); }
  if (event.is_pending()) { return text + " ..."; }
  if (event.succeeded) { return text; }
  switch (event.action) {
    case Action::send: return text + " full";
    case Action::receive: return text + " empty";
    default: return text + " refused";
  }
}

std::string why_not_locked(const Event& failed, std::span<const Event> window) {
  const auto holder = std::find_if(window.begin(), window.end(), [&](const Event& event) {
    return event.participant != failed.participant && (event.action == Action::lock || event.action == Action::lock_shared);
  });
  if (holder != window.end()) {
    return fmt::format("P{}'s {} returned at {}, but P{} held it: its {} had returned at {}, and it had not begun to unlock",
                       failed.participant, to_string(failed.action), failed.end, holder->participant, to_string(holder->action),
                       holder->end);
  }
  return fmt::format("P{}'s {} returned at {}, but it held it already", failed.participant, to_string(failed.action), failed.end);
}

/// What is wrong with the operation whose return no order explains.
std::string why_failed(const Event& failed, std::span<const Event> window) {
  switch (failed.action) {
    case Action::lock:
    case Action::lock_shared: return why_not_locked(failed, window);
    case Action::unlock:
    case Action::unlock_shared:
      return fmt::format("P{}'s {} {} by one who did not hold it", failed.participant, to_string(failed.action),
                         interval_text(failed));
    case Action::wait:
      return fmt::format(
          "P{}'s wait returned at {} without a permit: {} waits returned since {}, and at most {} permits were left then",
          failed.participant, failed.end, window.size(), window.front().end, window.size() - 1);
    default:
      return fmt::format("P{}'s {} of {} {} fits no order of the publishes", failed.participant, to_string(failed.action),
                         failed.value, interval_text(failed));
  }
}

HistoryVerdict search(HistoryModel model, std::span<const Event> events, const HistoryOrder& order, const HistoryLimits& limits) {
  Linearizability result = linearize(model, events, order, limits);
  HistoryVerdict verdict{result.judgement, std::move(result.why), {}, result.explored};
  if (verdict.judgement == Judgement::violated) {
    verdict.window = smallest_window(model, events, order, result, limits);
    verdict.why = why_failed(events[result.failed_at], verdict.window);
  }
  return verdict;
}

HistoryVerdict check_snapshot(std::span<const Event> events, const HistoryOrder& order, const HistoryLimits& limits) {
  std::optional<HistoryVerdict> distinct = check_zones(events, order);
  if (!distinct) { return search(HistoryModel::snapshot, events, order, limits); }
  if (distinct->judgement == Judgement::violated) {
    distinct->window = smallest_snapshot(distinct->window, limits);
    const auto alone = check_zones(distinct->window, HistoryOrder(distinct->window, limits.skew_ticks));
    if (alone && alone->judgement == Judgement::violated) { distinct->why = alone->why; }  // the same, of what is shown
  }
  return std::move(*distinct);
}

HistoryVerdict judge(HistoryModel model, std::span<const Event> events, const HistoryOrder& order, const HistoryLimits& limits) {
  switch (model) {
    case HistoryModel::snapshot: return check_snapshot(events, order, limits);
    case HistoryModel::queue: return check_queue(events, order, limits);
    default: return search(model, events, order, limits);
  }
}

}  // namespace

std::string_view to_string(HistoryModel model) {
  switch (model) {
    case HistoryModel::mutex: return "mutex";
    case HistoryModel::shared_mutex: return "shared_mutex";
    case HistoryModel::semaphore: return "semaphore";
    case HistoryModel::snapshot: return "snapshot";
    case HistoryModel::queue: return "queue";
  }
  return "unknown";
}

HistoryVerdict check_history(HistoryModel model, std::span<const Event> events, const HistoryLimits& limits) {
  const auto foreign =
      std::find_if(events.begin(), events.end(), [model](const Event& event) { return !has_action(model, event.action); });
  if (foreign != events.end()) {
    return unknown(fmt::format("malformed: P{} does {}, which a {} does not have", foreign->participant,
                               to_string(foreign->action), to_string(model)));
  }
  const HistoryOrder order(events, limits.skew_ticks);
  if (!order.malformed().empty()) { return unknown("malformed: " + order.malformed()); }
  HistoryVerdict verdict = judge(model, events, order, limits);
  verdict.window = by_start(verdict.window);
  return verdict;
}

std::string window_text(const HistoryVerdict& verdict) {
  if (verdict.window.empty()) { return {}; }
  constexpr std::array header{std::string_view("start"), std::string_view("end")};
  std::vector<std::uint32_t> participants;
  for (const Event& event : verdict.window) { participants.push_back(event.participant); }
  std::sort(participants.begin(), participants.end());
  participants.erase(std::unique(participants.begin(), participants.end()), participants.end());

  std::vector<std::vector<std::string>> rows(1);
  rows[0].assign(header.begin(), header.end());
  for (const std::uint32_t participant : participants) { rows[0].push_back(fmt::format("P{}", participant)); }
  for (const Event& event : verdict.window) {
    std::vector<std::string>& row = rows.emplace_back(rows[0].size());
    row[0] = fmt::format("{}", event.start);
    row[1] = event.is_pending() ? "..." : fmt::format("{}", event.end);
    const auto column = std::lower_bound(participants.begin(), participants.end(), event.participant) - participants.begin();
    row[header.size() + static_cast<std::size_t>(column)] = operation_text(event);
  }

  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t column = 0; column < row.size(); ++column) {
      std::size_t width = 0;
      for (const auto& other : rows) { width = std::max(width, other[column].size()); }
      const bool is_number = column < header.size();
      line += is_number ? fmt::format("{:>{}}  ", row[column], width) : fmt::format("{:<{}}  ", row[column], width);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

}  // namespace shmlab::check
