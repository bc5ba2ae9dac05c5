#include "check/queue_patterns.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "check/history_values.hpp"

namespace shmlab::check {
namespace {

constexpr std::uint32_t nobody = UINT32_MAX;

/// What happened to one value, in positions: endpoints counted from 1; never where it did not happen.
struct Passage {
  std::uint64_t send_called = Event::never;
  std::uint64_t sent = Event::never;
  std::uint64_t receive_called = Event::never;
  std::uint64_t received = Event::never;
  std::uint32_t send = nobody;  ///< events
  std::uint32_t receive = nobody;
};

/// From `position` on, a value is known to be received whose send was called at `send_called`, later than of any before.
struct Overtaker {
  std::uint64_t position;
  std::uint64_t send_called;
  std::uint32_t number;
};

class QueuePatterns {
 public:
  QueuePatterns(std::span<const Event> events, HistoryOrder order, const HistoryLimits& limits)
      : events_(events),
        order_(std::move(order)),
        capacity_(limits.capacity),
        least_capacity_(limits.least_capacity),
        numbers_(events.size() / 2),
        called_(order_.participants()) {
    passages_.reserve(events.size() / 2);
  }

  HistoryVerdict run() {
    HistoryOrder::Endpoint endpoint{};
    while (order_.next(endpoint)) {
      ++position_;
      const Event& event = events_[endpoint.event];
      if (is_refused(event)) {
        refused(endpoint);
      } else if (event.action == Action::receive && event.is_pending()) {
        pending_receives_.push_back({position_, endpoint.event});
      } else if (event.action == Action::send) {
        endpoint.is_return ? send_returns(endpoint) : send_called(endpoint);
      } else {
        endpoint.is_return ? receive_returns(endpoint) : receive_called(endpoint);
      }
      if (certainly_inside() == 0) { last_empty_ = position_; }
      if (most_inside_ >= least_capacity_) { last_full_ = position_; }
      if (sent_twice_ != nobody) {
        return {Judgement::unknown,
                fmt::format("value {} is sent twice: queues are judged by distinct values", numbers_.value(sent_twice_)),
                {},
                numbers_.size()};
      }
    }
    if (verdict_.judgement != Judgement::violated) { find_overtaken(); }
    if (verdict_.judgement == Judgement::unknown) { verdict_.judgement = Judgement::ok; }
    verdict_.explored = numbers_.size();
    return std::move(verdict_);
  }

 private:
  struct PendingReceive {
    std::uint64_t position;
    std::uint32_t event;
  };

  /// The number of the event's value, with a place for its passage.
  std::uint32_t number_of(const Event& event) {
    const std::uint32_t number = numbers_.number(event.value);
    if (number == passages_.size()) { passages_.emplace_back(); }
    return number;
  }

  void send_called(const HistoryOrder::Endpoint& endpoint) {
    const std::uint32_t number = number_of(events_[endpoint.event]);
    Passage& passage = passages_[number];
    if (passage.send != nobody) { sent_twice_ = number; }
    passage.send = endpoint.event;
    passage.send_called = position_;
    ++most_inside_;
    called_[endpoint.participant] = number;
  }

  void send_returns(const HistoryOrder::Endpoint& endpoint) {
    Passage& passage = passages_[called_number(endpoint)];
    passage.sent = position_;
    if (passage.receive_called != Event::never) { return; }
    ++inside_;
    if (capacity_ != 0 && certainly_inside() > capacity_) { overfull(events_[endpoint.event]); }
  }

  void receive_called(const HistoryOrder::Endpoint& endpoint) {
    const std::uint32_t number = number_of(events_[endpoint.event]);
    Passage& passage = passages_[number];
    called_[endpoint.participant] = number;
    if (passage.receive != nobody) {
      found(fmt::format("value {} is received twice: {} and {}", events_[endpoint.event].value, text(passage.receive),
                        text(endpoint.event)),
            {passage.send, passage.receive, endpoint.event});
      return;
    }
    passage.receive = endpoint.event;
    passage.receive_called = position_;
    if (passage.sent == Event::never) { return; }
    --inside_;
    if (!overtakers_.empty() && overtakers_.back().send_called > passage.sent) { overtaken(passage); }
  }

  void receive_returns(const HistoryOrder::Endpoint& endpoint) {
    const std::uint32_t number = called_number(endpoint);
    Passage& passage = passages_[number];
    if (passage.receive != endpoint.event) { return; }  // the second receive of a value: found already
    passage.received = position_;
    if (passage.send == nobody) {
      found(fmt::format("value {} is received before anybody began to send it: {}", events_[endpoint.event].value,
                        text(endpoint.event)),
            {endpoint.event});
      return;
    }
    --most_inside_;
    if (overtakers_.empty() || overtakers_.back().send_called < passage.send_called) {
      overtakers_.push_back({position_, passage.send_called, number});
    }
  }

  /// A send that found the queue full, or a receive that found it empty: right if that was so at some moment of it.
  void refused(const HistoryOrder::Endpoint& endpoint) {
    const Event& event = events_[endpoint.event];
    const bool is_send = event.action == Action::send;
    if (!endpoint.is_return) {
      refused_.push_back({position_, endpoint.event});
      return;
    }
    const auto call = std::find_if(refused_.begin(), refused_.end(),
                                   [&](const PendingReceive& other) { return other.event == endpoint.event; });
    const std::uint64_t called_at = call->position;
    *call = refused_.back();
    refused_.pop_back();
    if (is_send && last_full_ < called_at) {
      found_full(event, called_at);
    } else if (!is_send && last_empty_ < called_at) {
      found_empty(event, called_at);
    }
  }

  /// Of what pending receives may have taken, nothing is certain.
  [[nodiscard]] std::uint64_t certainly_inside() const {
    return inside_ - std::min<std::uint64_t>(inside_, pending_receives_.size());
  }

  /// Where operations of one participant overlap, called_ knows the latest only.
  std::uint32_t called_number(const HistoryOrder::Endpoint& endpoint) {
    const std::uint32_t number = called_[endpoint.participant];
    const std::uint64_t value = events_[endpoint.event].value;
    return numbers_.value(number) == value ? number : numbers_.number(value);
  }

  void overtaken(const Passage& late) {
    const Passage& early = passages_[overtakers_.back().number];
    const std::uint64_t first = events_[late.send].value;
    const std::uint64_t second = events_[early.send].value;
    found(fmt::format("value {} was sent before {} ({}, {}), but received after it ({}, {})", first, second, text(late.send),
                      text(early.send), text(late.receive), text(early.receive)),
          {late.send, early.send, early.receive, late.receive});
  }

  /// Values that nobody received, though later ones were: each needs a pending receive that began in time.
  void find_overtaken() {
    std::vector<std::pair<const Overtaker*, const Passage*>> missing;  // by when the receive has to have begun
    for (const Passage& passage : passages_) {
      if (passage.receive != nobody || passage.sent == Event::never) { continue; }
      const auto overtaker = std::partition_point(overtakers_.begin(), overtakers_.end(),
                                                  [&](const Overtaker& other) { return other.send_called < passage.sent; });
      if (overtaker != overtakers_.end()) { missing.emplace_back(&*overtaker, &passage); }
    }
    std::sort(missing.begin(), missing.end(), [](const auto& left, const auto& right) {
      return left.first->position != right.first->position ? left.first->position < right.first->position
                                                           : left.second->sent < right.second->sent;
    });
    for (std::size_t i = 0; i < missing.size(); ++i) {
      const Overtaker& overtaker = *missing[i].first;
      if (i < pending_receives_.size() && pending_receives_[i].position < overtaker.position) { continue; }
      never_received(std::span(missing).first(i + 1), i);
      return;
    }
  }

  /// The last of `missing` is a value too many for the pending receives before it.
  void never_received(std::span<const std::pair<const Overtaker*, const Passage*>> missing, std::size_t pending) {
    std::vector<std::uint32_t> shown;
    for (const auto& [overtaker, passage] : missing) {
      const Passage& other = passages_[overtaker->number];
      shown.insert(shown.end(), {passage->send, other.send, other.receive});
    }
    for (std::size_t i = 0; i < pending; ++i) { shown.push_back(pending_receives_[i].event); }
    const Passage& other = passages_[missing.back().first->number];
    const Passage& late = *missing.back().second;
    found(fmt::format("value {} was never received, but {}, sent after it, was ({}, {}, {})", events_[late.send].value,
                      events_[other.send].value, text(late.send), text(other.send), text(other.receive)),
          std::move(shown));
  }

  /// Shows the fewest values that were inside one after the other for as long as the receive took.
  void found_empty(const Event& receive, std::uint64_t called_at) {
    if (is_found()) { return; }
    std::vector<std::uint32_t> shown;
    for (std::uint64_t covered = called_at; covered < position_;) {
      const Passage* best = nullptr;
      for (const Passage& passage : passages_) {
        if (passage.sent < covered && (best == nullptr || passage.receive_called > best->receive_called)) { best = &passage; }
      }
      if (best == nullptr || best->receive_called <= covered) { break; }  // cannot be: something was inside all the time
      shown.insert(shown.end(), {best->send, best->receive});
      covered = best->receive_called;
    }
    for (const PendingReceive& pending : pending_receives_) { shown.push_back(pending.event); }
    if (!pending_receives_.empty()) { show_inside(called_at, shown); }
    shown.push_back(index_of(receive));
    std::string why =
        fmt::format("P{} found the queue empty from {} to {}, but some value was inside at each moment, at first that of {}",
                    receive.participant, receive.start, receive.end, text(shown.front()));
    found(std::move(why), std::move(shown));
  }

  void found_full(const Event& send, std::uint64_t called_at) {
    std::vector<std::uint32_t> shown{index_of(send)};
    show_inside(called_at, shown);
    found(fmt::format("P{} found the queue full from {} to {}, but fewer than {} values can have been inside", send.participant,
                      send.start, send.end, least_capacity_),
          std::move(shown));
  }

  void overfull(const Event& send) {
    std::vector<std::uint32_t> shown;
    for (const PendingReceive& pending : pending_receives_) { shown.push_back(pending.event); }
    for (const Passage& passage : passages_) {
      if (passage.sent != Event::never && passage.receive_called == Event::never) { shown.push_back(passage.send); }
    }
    found(fmt::format("P{} sent {} until {}, when {} values were inside that nobody had begun to receive: more than {}",
                      send.participant, send.value, send.end, certainly_inside(), capacity_),
          std::move(shown));
  }

  /// Adds the operations on every value that may have been inside at a moment since `position`.
  void show_inside(std::uint64_t position, std::vector<std::uint32_t>& shown) const {
    for (const Passage& passage : passages_) {
      if (passage.send != nobody && passage.received >= position) { shown.insert(shown.end(), {passage.send, passage.receive}); }
    }
  }

  /// Keeps the first contradiction; the rest of the history is read only to see whether values are distinct.
  void found(std::string why, std::vector<std::uint32_t> shown) {
    if (is_found()) { return; }
    verdict_.judgement = Judgement::violated;
    verdict_.why = std::move(why);
    std::sort(shown.begin(), shown.end());
    shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
    for (const std::uint32_t event : shown) {
      if (event != nobody) { verdict_.window.push_back(events_[event]); }
    }
  }
  [[nodiscard]] bool is_found() const { return verdict_.judgement == Judgement::violated; }
  [[nodiscard]] std::uint32_t index_of(const Event& event) const { return static_cast<std::uint32_t>(&event - events_.data()); }

  /// "P1 send [3, 5]".
  [[nodiscard]] std::string text(std::uint32_t index) const {
    if (index == nobody) { return "nobody"; }
    const Event& event = events_[index];
    return event.is_pending()
               ? fmt::format("P{} {} [{}, ...)", event.participant, to_string(event.action), event.start)
               : fmt::format("P{} {} [{}, {}]", event.participant, to_string(event.action), event.start, event.end);
  }

  std::span<const Event> events_;
  HistoryOrder order_;
  std::uint64_t capacity_;        ///< 0: not known
  std::uint64_t least_capacity_;  ///< 0: any number is enough to be full
  ValueNumbers numbers_;
  std::vector<Passage> passages_;      ///< by number
  std::vector<std::uint32_t> called_;  ///< by participant: the number of the value of its latest call
  std::vector<Overtaker> overtakers_;  ///< both columns rise
  std::vector<PendingReceive> pending_receives_;
  std::vector<PendingReceive> refused_;  ///< under way
  std::uint64_t position_ = 0;
  std::uint64_t inside_ = 0;       ///< values sent, whose receive has not begun
  std::uint64_t most_inside_ = 0;  ///< values whose send was called, and whose receive has not returned
  std::uint64_t last_empty_ = 0;   ///< the last position right after which nothing was certainly inside
  std::uint64_t last_full_ = 0;    ///< the last one right after which as much may have been inside as fits
  std::uint32_t sent_twice_ = nobody;
  HistoryVerdict verdict_;
};

}  // namespace

HistoryVerdict check_queue(std::span<const Event> events, HistoryOrder order, const HistoryLimits& limits) {
  return QueuePatterns(events, std::move(order), limits).run();
}

}  // namespace shmlab::check
