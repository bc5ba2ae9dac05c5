#include "check/linearizability_zones.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "check/history_values.hpp"

namespace shmlab::check {
namespace {

constexpr std::uint32_t nobody = UINT32_MAX;

/// The operations on one value. Positions count endpoints from 1; 0 is before them all.
struct Cluster {
  std::uint64_t first_return = Event::never;
  std::uint64_t last_call = 0;
  std::uint32_t publish = nobody;  ///< events
  std::uint32_t returned_first = nobody;
  std::uint32_t called_last = nobody;
};

/// A value's cluster and, of it and all with an earlier first return, the one whose last call is latest.
struct Zone {
  std::uint64_t first_return;
  std::uint32_t cluster;
  std::uint32_t latest;
};

class Zones {
 public:
  Zones(std::span<const Event> events, HistoryOrder order)
      : events_(events), order_(std::move(order)), numbers_(events.size() / 4), clusters_(1) {
    (void)numbers_.number(0);  // the blank value: published before everything
    clusters_[0].first_return = 0;
    zones_.push_back({0, 0, 0});
  }

  std::optional<HistoryVerdict> run() {
    HistoryOrder::Endpoint endpoint{};
    for (std::uint64_t position = 1; order_.next(endpoint); ++position) {
      const Event& event = events_[endpoint.event];
      if (is_refused(event) || (event.is_pending() && event.action == Action::read)) { continue; }
      const std::uint32_t number = numbers_.number(event.value);
      if (number == clusters_.size()) { clusters_.emplace_back(); }
      Cluster& cluster = clusters_[number];
      if (!endpoint.is_return) {
        if (event.action == Action::publish) {
          if (number == 0 || cluster.publish != nobody) { return std::nullopt; }
          cluster.publish = endpoint.event;
        }
        cluster.last_call = position;
        cluster.called_last = endpoint.event;
        continue;
      }
      if (number != 0 && cluster.publish == nobody) { return never_published(event); }
      if (cluster.first_return == Event::never) {
        cluster.first_return = position;
        cluster.returned_first = endpoint.event;
        zones_.push_back({position, number, number});
      }
    }
    return judge();
  }

 private:
  [[nodiscard]] HistoryVerdict never_published(const Event& read) const {
    return {Judgement::violated,
            fmt::format("P{} read {} until {}, which nobody had begun to publish", read.participant, read.value, read.end),
            {read},
            clusters_.size()};
  }

  HistoryVerdict judge() {
    for (std::size_t i = 1; i < zones_.size(); ++i) {
      const Cluster& before = clusters_[zones_[i - 1].latest];
      if (before.last_call > clusters_[zones_[i].latest].last_call) { zones_[i].latest = zones_[i - 1].latest; }
    }
    for (std::size_t i = 1; i < zones_.size(); ++i) {
      // Of those whose first return is before this one's and before its last call, the one that goes on longest.
      const Cluster& cluster = clusters_[zones_[i].cluster];
      const auto past = std::lower_bound(zones_.begin(), zones_.begin() + static_cast<std::ptrdiff_t>(i), cluster.last_call,
                                         [](const Zone& zone, std::uint64_t position) { return zone.first_return < position; });
      if (past == zones_.begin()) { continue; }
      const Cluster& other = clusters_[std::prev(past)->latest];
      if (other.last_call > cluster.first_return) { return contradiction(other, cluster); }
    }
    return {Judgement::ok, {}, {}, clusters_.size()};
  }

  [[nodiscard]] HistoryVerdict contradiction(const Cluster& one, const Cluster& other) const {
    HistoryVerdict verdict{
        Judgement::violated, fmt::format("{}, and {}", order_text(one, other), order_text(other, one)), {}, clusters_.size()};
    std::vector<std::uint32_t> shown{one.publish,   one.returned_first,   one.called_last,
                                     other.publish, other.returned_first, other.called_last};
    std::sort(shown.begin(), shown.end());
    shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
    for (const std::uint32_t event : shown) {
      if (event != nobody) { verdict.window.push_back(events_[event]); }
    }
    return verdict;
  }

  [[nodiscard]] std::string order_text(const Cluster& earlier, const Cluster& later) const {
    const Event& second = events_[later.called_last];
    const std::string what =
        fmt::format("P{} called {} of {} at {}", second.participant, to_string(second.action), second.value, second.start);
    if (earlier.returned_first == nobody) { return "the blank value came before: " + what; }
    const Event& first = events_[earlier.returned_first];
    return fmt::format("P{}'s {} of {} returned at {}, before {}", first.participant, to_string(first.action), first.value,
                       first.end, what);
  }

  std::span<const Event> events_;
  HistoryOrder order_;
  ValueNumbers numbers_;
  std::vector<Cluster> clusters_;  ///< by number
  std::vector<Zone> zones_;        ///< by first return; values that nobody read and that may not be published are not there
};

}  // namespace

std::optional<HistoryVerdict> check_zones(std::span<const Event> events, HistoryOrder order) {
  return Zones(events, std::move(order)).run();
}

}  // namespace shmlab::check
