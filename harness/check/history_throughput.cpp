#include "check/history_throughput.hpp"

#include <algorithm>
#include <chrono>
#include <deque>

#include "check/linearizability.hpp"
#include "check/linearizability_models.hpp"

namespace shmlab::check {
namespace {

/// Splitmix64 (Steele, Lea and Flood, 2014).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  /// A number below `limit`; limit >= 1, far below 2^64.
  std::uint64_t below(std::uint64_t limit) {
    state_ += 0x9E3779B97F4A7C15U;
    return mix(state_) % limit;
  }

 private:
  std::uint64_t state_;
};

enum class Phase : std::uint8_t { idle, called, done };

struct Player {
  Phase phase = Phase::idle;
  std::size_t event = 0;           ///< under way, or the last one
  Action holds = Action::publish;  ///< lock or lock_shared; anything else: nothing
};

class Simulation {
 public:
  explicit Simulation(const HistoryPlan& plan) : plan_(plan), random_(plan.seed), players_(plan.participants) {
    semaphore_.permits = plan.limits.permits;
    events_.reserve(plan.operations + plan.participants);
  }

  std::vector<Event> run() {
    // When nobody can go on, those who wait do so for ever.
    while (!is_over() && stuck_ < 64 * players_.size()) {
      const auto index = static_cast<std::uint32_t>(random_.below(players_.size()));
      step(index) ? stuck_ = 0 : ++stuck_;
    }
    return std::move(events_);
  }

 private:
  [[nodiscard]] bool no_more() const { return events_.size() >= plan_.operations; }
  [[nodiscard]] bool is_over() const {
    if (!no_more()) { return false; }
    return plan_.leaves_pending || std::all_of(players_.begin(), players_.end(), [](const Player& player) {
             return player.phase == Phase::idle && player.holds == Action::publish;
           });
  }

  /// false: the participant has to wait.
  bool step(std::uint32_t index) {
    Player& player = players_[index];
    switch (player.phase) {
      case Phase::idle: return call(index);
      case Phase::called:
        if (!take_effect(index)) { return false; }
        player.phase = Phase::done;
        return true;
      case Phase::done:
        events_[player.event].end = ++now_;
        player.phase = Phase::idle;
        return true;
    }
    return false;
  }

  bool call(std::uint32_t index) {
    Player& player = players_[index];
    if (no_more() && player.holds == Action::publish) { return false; }
    Event event{.start = ++now_, .participant = index, .action = choose(player)};
    if (event.action == Action::send) { event.value = ++last_value_; }
    if (event.action == Action::publish) { event.value = plan_.values == 0 ? ++last_value_ : 1 + random_.below(plan_.values); }
    player.event = events_.size();
    player.phase = Phase::called;
    waiting_ += event.action == Action::wait ? 1U : 0U;
    events_.push_back(event);
    return true;
  }

  Action choose(const Player& player) {
    switch (plan_.model) {
      case HistoryModel::mutex: return player.holds == Action::lock ? Action::unlock : Action::lock;
      case HistoryModel::shared_mutex:
        if (player.holds == Action::lock) { return Action::unlock; }
        if (player.holds == Action::lock_shared) { return Action::unlock_shared; }
        return random_.below(3) == 0 ? Action::lock : Action::lock_shared;
      case HistoryModel::semaphore:  // somebody has to be there to post
        return waiting_ + 1 < players_.size() + semaphore_.permits && random_.below(2) == 0 ? Action::wait : Action::post;
      case HistoryModel::snapshot: return random_.below(4) == 0 ? Action::publish : Action::read;
      case HistoryModel::queue: return queue_.size() < 64 && random_.below(2) == 0 ? Action::send : Action::receive;
    }
    return Action::lock;
  }

  bool take_effect(std::uint32_t index) {
    Player& player = players_[index];
    Event& event = events_[player.event];
    const OpenOperation operation{event.value, 0, index, event.action};
    switch (event.action) {
      case Action::lock:
      case Action::lock_shared:
        if (!mutex_.step(operation)) { return false; }
        player.holds = event.action;
        return true;
      case Action::unlock:
      case Action::unlock_shared: player.holds = Action::publish; return mutex_.step(operation);
      case Action::wait:
        if (!semaphore_.step(operation)) { return false; }
        --waiting_;
        return true;
      case Action::post: return semaphore_.step(operation);
      case Action::publish: return snapshot_.step(operation);
      case Action::read: event.value = snapshot_.value; return true;
      case Action::send:
        event.succeeded = plan_.limits.capacity == 0 || queue_.size() < plan_.limits.capacity;
        if (event.succeeded) { queue_.push_back(event.value); }
        return true;
      case Action::receive:
        event.succeeded = !queue_.empty();
        if (event.succeeded) {
          event.value = queue_.front();
          queue_.pop_front();
        }
        return true;
    }
    return false;
  }

  HistoryPlan plan_;
  Random random_;
  std::vector<Player> players_;
  std::vector<Event> events_;
  std::uint64_t now_ = 0;
  std::uint64_t last_value_ = 0;
  std::uint64_t waiting_ = 0;
  std::uint64_t stuck_ = 0;  ///< turns in a row in which nobody did anything
  SharedMutexState mutex_;
  SemaphoreState semaphore_;
  SnapshotState snapshot_;
  std::deque<std::uint64_t> queue_;
};

}  // namespace

std::vector<Event> plausible_history(const HistoryPlan& plan) {
  return Simulation(plan).run();
}

double history_throughput(HistoryModel model, const std::vector<Event>& events, const HistoryLimits& limits, int repetitions) {
  double best = 0;
  for (int i = 0; i < repetitions; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const HistoryVerdict verdict = check_history(model, events, limits);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (verdict.judgement != Judgement::ok) { return 0; }
    best = std::max(best, static_cast<double>(events.size()) / took.count());
  }
  return best;
}

}  // namespace shmlab::check
