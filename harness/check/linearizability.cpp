#include "check/linearizability.hpp"

#include <fmt/core.h>

#include <array>
#include <bit>
#include <type_traits>
#include <utility>
#include <vector>

#include "check/history_order.hpp"
#include "check/linearizability_models.hpp"

namespace shmlab::check {
namespace {

constexpr std::uint32_t most_open = 64;

/// A state, and which of the open operations took effect in it.
template <class State>
struct Configuration {
  State state;
  std::uint64_t placed = 0;

  bool operator==(const Configuration&) const = default;
  [[nodiscard]] std::uint64_t hash() const { return mix(placed * 0x9E3779B97F4A7C15U + state.hash()); }
};

/// Configurations, each once, in the order in which they came. Few are compared one by one, many are hashed.
template <class State>
class ConfigurationSet {
 public:
  /// false: it is in the set already.
  bool insert(const Configuration<State>& item) {
    if (items_.size() < few) {
      for (const auto& other : items_) {
        if (other == item) { return false; }
      }
      items_.push_back(item);
      return true;
    }
    if (table_.size() < 2 * items_.size() + 2) { rehash(); }
    std::size_t at = item.hash() & (table_.size() - 1);
    for (; table_[at] != 0; at = (at + 1) & (table_.size() - 1)) {
      if (items_[table_[at] - 1] == item) { return false; }
    }
    items_.push_back(item);
    table_[at] = static_cast<std::uint32_t>(items_.size());
    return true;
  }
  void clear() {
    items_.clear();
    table_.clear();
  }
  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] const Configuration<State>& operator[](std::size_t index) const { return items_[index]; }

 private:
  static constexpr std::size_t few = 16;

  void rehash() {
    table_.assign(std::bit_ceil(4 * items_.size()), 0);
    for (std::uint32_t i = 0; i < items_.size(); ++i) {
      std::size_t at = items_[i].hash() & (table_.size() - 1);
      while (table_[at] != 0) { at = (at + 1) & (table_.size() - 1); }
      table_[at] = i + 1;
    }
  }

  std::vector<Configuration<State>> items_;
  std::vector<std::uint32_t> table_;  ///< 1 + index, open addressing, a power of two; empty while there are few
};

template <class State>
class JustInTime {
 public:
  JustInTime(std::span<const Event> events, const HistoryOrder& order, const HistoryLimits& limits, State initial)
      : events_(events), order_(order), most_explored_(limits.most_explored), own_open_(order.participants()) {
    present_.insert({initial, 0});
  }

  Linearizability run() {
    if (order_.participants() > most_open) { return unknown(fmt::format("more than {} participants", most_open)); }
    HistoryOrder::Endpoint endpoint{};
    for (std::uint64_t position = 1; order_.next(endpoint); ++position) {
      const Event& event = events_[endpoint.event];
      if (is_refused(event) || (event.is_pending() && !bears_when_pending(event.action))) { continue; }
      if (!endpoint.is_return) {
        if (open_ == ~std::uint64_t{0}) {
          return unknown(fmt::format("more than {} operations overlap at {}", most_open, event.start));
        }
        call(endpoint);
      } else if (!give_back(endpoint.event)) {
        return result(Judgement::violated, endpoint.event);
      }
      if (explored_ > most_explored_) {
        return unknown(fmt::format("not decided within {} configurations: they run out at {}", most_explored_, event.start));
      }
      note_settled(position);
    }
    return result(Judgement::ok, 0);
  }

 private:
  /// A lock or wait that never returned helps nobody by having taken effect, and a read neither.
  static bool bears_when_pending(Action action) { return bearing_of(action) != Bearing::takes && action != Action::read; }
  static std::uint64_t bit(std::uint32_t slot) { return std::uint64_t{1} << slot; }

  [[nodiscard]] Linearizability result(Judgement judgement, std::uint32_t failed_at) const {
    return {judgement, {}, failed_at, explored_, settled_after_, settled_value_};
  }
  [[nodiscard]] Linearizability unknown(std::string why) const {
    return {Judgement::unknown, std::move(why), 0, explored_, 0, 0};
  }

  void note_settled(std::uint64_t position) {
    if constexpr (std::is_same_v<State, SnapshotState>) {
      if (present_.size() == 1 && present_[0].placed == 0) {
        settled_after_ = position;
        settled_value_ = present_[0].state.value;
      }
    }
  }

  void call(const HistoryOrder::Endpoint& endpoint) {
    const auto slot = static_cast<std::uint32_t>(std::countr_one(open_));
    const Event& event = events_[endpoint.event];
    slots_[slot] = {event.value, endpoint.event, endpoint.participant, event.action};
    open_ |= bit(slot);
    if (bearing_of(event.action) == Bearing::gives) { gives_ |= bit(slot); }
    if (bearing_of(event.action) == Bearing::takes) { takes_ |= bit(slot); }
    if (++own_open_[endpoint.participant] > 1) { find_crowded(); }
    if ((gives_ & ~crowded_ & bit(slot)) == 0) { return; }
    if (present_.size() == 1) {
      Configuration<State> only = present_[0];
      place_gifts(only);
      present_.clear();
      present_.insert(only);
      return;
    }
    next_.clear();
    for (std::size_t i = 0; i < present_.size(); ++i) {
      Configuration<State> configuration = present_[i];
      place_gifts(configuration);
      next_.insert(configuration);
    }
    std::swap(present_, next_);
  }

  /// The operation returned: only configurations in which it took effect remain. false: there is none.
  bool give_back(std::uint32_t event) {
    std::uint32_t slot = 0;
    for (std::uint64_t left = open_;; left &= left - 1) {
      slot = static_cast<std::uint32_t>(std::countr_zero(left));
      if (slots_[slot].event == event) { break; }
    }
    next_.clear();
    tried_.clear();
    for (std::size_t i = 0; i < present_.size(); ++i) { settle(present_[i], slot); }
    for (std::size_t i = 0; i < tried_.size() && explored_ <= most_explored_; ++i) { branch(tried_[i], slot); }
    std::swap(present_, next_);
    open_ &= ~bit(slot);
    gives_ &= ~bit(slot);
    takes_ &= ~bit(slot);
    if (--own_open_[slots_[slot].participant] > 0) { find_crowded(); }
    return present_.size() > 0 || explored_ > most_explored_;
  }

  /// Keeps a configuration in which the operation of `slot` took effect, and notes another to be searched.
  void settle(Configuration<State> configuration, std::uint32_t slot) {
    if ((configuration.placed & bit(slot)) != 0) {
      configuration.placed &= ~bit(slot);
      next_.insert(configuration);
    } else {
      tried_.insert(configuration);
    }
  }

  /// Places one more operation, each that may be of use before the one of `slot`.
  void branch(const Configuration<State> from, std::uint32_t slot) {
    const std::uint64_t useful = (open_ & ~(takes_ & ~crowded_)) | bit(slot);
    for (std::uint64_t left = useful & ~from.placed; left != 0; left &= left - 1) {
      const auto other = static_cast<std::uint32_t>(std::countr_zero(left));
      Configuration<State> to = from;
      ++explored_;
      if (!to.state.step(slots_[other])) { continue; }
      to.placed |= bit(other);
      place_gifts(to);
      settle(to, slot);
    }
  }

  void place_gifts(Configuration<State>& configuration) {
    std::uint64_t left = gives_ & ~crowded_ & ~configuration.placed;
    while (left != 0) {
      const auto slot = static_cast<std::uint32_t>(std::countr_zero(left));
      left &= left - 1;
      if (configuration.state.step(slots_[slot])) { configuration.placed |= bit(slot); }
    }
  }

  /// Where stamps do not tell which of a participant's open operations came first, all their orders are searched.
  void find_crowded() {
    crowded_ = 0;
    for (std::uint64_t left = open_; left != 0; left &= left - 1) {
      const auto slot = static_cast<std::uint32_t>(std::countr_zero(left));
      if (own_open_[slots_[slot].participant] > 1) { crowded_ |= bit(slot); }
    }
  }

  std::span<const Event> events_;
  HistoryOrder order_;
  std::uint64_t most_explored_;
  std::uint64_t explored_ = 0;
  std::uint64_t settled_after_ = 0;
  std::uint64_t settled_value_ = 0;
  std::array<OpenOperation, most_open> slots_{};
  std::uint64_t open_ = 0;   ///< slots in use
  std::uint64_t gives_ = 0;  ///< of them, by Bearing
  std::uint64_t takes_ = 0;
  std::uint64_t crowded_ = 0;  ///< of them, whose participant has a second one open
  std::vector<std::uint32_t> own_open_;
  ConfigurationSet<State> present_;
  ConfigurationSet<State> next_;
  ConfigurationSet<State> tried_;  ///< searched for the present return, or to be
};

}  // namespace

bool has_action(HistoryModel model, Action action) {
  switch (action) {
    case Action::lock:
    case Action::unlock: return model == HistoryModel::mutex || model == HistoryModel::shared_mutex;
    case Action::lock_shared:
    case Action::unlock_shared: return model == HistoryModel::shared_mutex;
    case Action::post:
    case Action::wait: return model == HistoryModel::semaphore;
    case Action::publish:
    case Action::read: return model == HistoryModel::snapshot;
    case Action::send:
    case Action::receive: return model == HistoryModel::queue;
  }
  return false;
}

bool releases(Action later, Action earlier) {
  return (earlier == Action::lock && later == Action::unlock) ||
         (earlier == Action::lock_shared && later == Action::unlock_shared);
}

Linearizability linearize(HistoryModel model, std::span<const Event> events, const HistoryOrder& order,
                          const HistoryLimits& limits) {
  switch (model) {
    case HistoryModel::mutex:  // a shared mutex that nobody shares
    case HistoryModel::shared_mutex: return JustInTime<SharedMutexState>(events, order, limits, {}).run();
    case HistoryModel::semaphore: return JustInTime<SemaphoreState>(events, order, limits, {limits.permits}).run();
    case HistoryModel::snapshot: return JustInTime<SnapshotState>(events, order, limits, {}).run();
    case HistoryModel::queue: break;
  }
  return {Judgement::unknown, "queues are judged by patterns", 0, 0, 0, 0};
}

}  // namespace shmlab::check
