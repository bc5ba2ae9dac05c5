#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "contract/attach_context.hpp"
#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/history.hpp"
#include "contract/outcome.hpp"
#include "contract/verdict.hpp"
#include "env/native_env.hpp"
#include "measure/histogram.hpp"
#include "measure/record.hpp"
#include "measure/session.hpp"
#include "scenarios/testing/abandon.hpp"

namespace shmlab::scenarios::testing {

/// NativeEnv, except that a test may put something into the pauses of the calling thread, and that its waits end when the run is given up.
struct HookedEnv : env::NativeEnv {
  static inline thread_local std::function<void()> in_pause;
  static inline thread_local const Abandon* abandon = nullptr;
  static void pause() {
    if (in_pause) { in_pause(); }
    if (abandon != nullptr) { abandon->check(); }
    NativeEnv::pause();
  }
  static void yield() {
    if (abandon != nullptr) { abandon->check(); }
    NativeEnv::yield();
  }
};

/// Everybody starts when he likes. Notes who is to be stopped, and stops nobody: threads cannot be.
class OpenGate : public measure::Gate {
 public:
  explicit OpenGate(std::vector<std::uint32_t>& stops, bool can_suspend) : stops_(stops), can_suspend_(can_suspend) {}
  bool enter() override { return true; }
  void leave() override { resume(); }
  bool suspend(std::uint32_t participant) override {
    if (!can_suspend_ || is_suspended_) { return false; }
    is_suspended_ = true;
    stops_.push_back(participant);
    return true;
  }
  void resume() override { is_suspended_ = false; }

 private:
  std::vector<std::uint32_t>& stops_;
  bool can_suspend_;
  bool is_suspended_ = false;
};

/// What a run on fakes gave.
struct Report {
  std::vector<Outcome> outcomes;
  std::vector<std::string> violations;  ///< a line per participant, empty when it saw none
  std::vector<std::array<std::uint64_t, max_counters>> counters;
  std::vector<std::vector<measure::Histogram>> histograms;
  std::vector<std::vector<std::uint32_t>> stops;  ///< whom each participant stopped
  std::vector<Event> history;                     ///< of a scenario that records: each participant's in its order
  Verdict history_judgement = Verdict::ok();
  Verdict judgement;      ///< the judge's, when all finished
  bool stranded = false;  ///< everybody left waited for ever

  /// All that was found, in one line; empty: nothing.
  [[nodiscard]] std::string findings() const {
    std::string all;
    for (const std::string& line : violations) { all += line.empty() ? line : line + "; "; }
    if (history_judgement.judgement == Judgement::violated) { all += history_judgement.why + "; "; }
    return judgement.judgement == Judgement::violated ? all + judgement.why : all;
  }
  [[nodiscard]] bool all_finished() const {
    return std::all_of(outcomes.begin(), outcomes.end(),
                       [](const Outcome& outcome) { return outcome.ending == Ending::finished; });
  }
};

/// Runs the bodies of a scenario as threads of this process, on fakes.
template <class Scenario, Face face, class Fake, class Env = HookedEnv>
class Rig {
 public:
  /// For scenarios that attach by themselves: called by each participant just before it has its endpoint, and by who creates.
  static inline std::function<void(std::uint32_t index)> on_attach{};
  static inline std::function<void()> on_create{};

  using Shared = typename Scenario::template Shared<Env>;
  static constexpr bool is_recorded = requires { &Scenario::events; };
  using States = std::array<typename Fake::State, Scenario::instances>;

  explicit Rig(typename Scenario::Params values) : values_(values), config_(Scenario::config(values, face)) {
    for (auto& state : states_) { state.abandon = &abandon_; }
  }

  Shared& shared() { return shared_; }
  States& states() { return states_; }
  [[nodiscard]] const Config& config() const { return config_; }
  void record_times() { timing_ = true; }
  /// Participants are told that they have stopped another one when they ask for it.
  void allow_suspending() { can_suspend_ = true; }
  /// Sets the stop flag of the sessions, as the runner does at the end of a run without a limit of operations.
  void stop() { stop_.store(1, std::memory_order_relaxed); }  // relaxed: carries no data

  /// Runs all participants.
  Report run() {
    std::vector<std::uint32_t> everybody(Scenario::participants(values_));
    for (std::uint32_t i = 0; i < everybody.size(); ++i) { everybody[i] = i; }
    return run(everybody);
  }
  /// Runs all without a limit of operations, and tells them to stop after that time.
  Report run_until_stopped(std::chrono::milliseconds time) {
    values_.operations = 0;
    std::future<Report> report = std::async(std::launch::async, [this] { return run(); });
    report.wait_for(time);
    stop();
    return report.get();
  }
  /// Runs some of them. Who sees a violation ends the run for all, and so does the watchdog after 30 seconds.
  Report run(const std::vector<std::uint32_t>& indices) {
    std::vector<std::future<void>> threads;
    std::deque<Seat> seats;
    abandon_.begin(indices.size());
    for (const std::uint32_t index : indices) {
      seats.emplace_back(index);
      if constexpr (is_recorded) { seats.back().log.resize(Scenario::events(values_)); }
      threads.push_back(std::async(std::launch::async, [this, &seat = seats.back()] { participate(seat); }));
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    for (std::future<void>& thread : threads) {
      if (thread.wait_until(deadline) == std::future_status::timeout) {
        ADD_FAILURE() << "a participant still runs after 30 seconds";
        abandon_.give_up();
      }
      thread.get();
    }
    return report(seats);
  }

 private:
  /// One participant's place.
  struct Seat {
    explicit Seat(std::uint32_t which) : index(which) {}
    std::uint32_t index;
    measure::Record record{};
    std::vector<Event> log;
    std::vector<std::uint32_t> stops;
    std::vector<measure::Histogram> histograms = std::vector<measure::Histogram>(max_histograms);
    Ending ending = Ending::cancelled;
  };

  /// The fake with the constructor of a strategy, for scenarios that attach by themselves.
  struct LateFake : Fake {
    static inline thread_local typename Fake::State* state = nullptr;
    static void create(void* /*memory*/, const Config& /*config*/) {
      if (on_create) { on_create(); }
    }
    LateFake(void* /*memory*/, const Config& /*config*/, Participant self) : Fake(fake(self)) {}
    static Fake fake(Participant self) {
      if constexpr (std::constructible_from<Fake, typename Fake::State&, Participant>) {
        return Fake(attached(self), self);
      } else {
        return Fake(attached(self));
      }
    }
    static typename Fake::State& attached(Participant self) {
      if (on_attach) { on_attach(self.index); }
      return *state;
    }
  };

  template <std::size_t... I>
  std::array<Fake, Scenario::instances> attach(std::index_sequence<I...> /*objects*/) {
    return {Fake(states_[I])...};
  }

  void participate(Seat& seat) {
    HookedEnv::abandon = &abandon_;
    OpenGate gate(seat.stops, can_suspend_);
    const measure::SessionPlan plan{.operations = values_.operations, .timing = timing_};
    measure::Session session(seat.record, stop_, seat.histograms, plan, gate);
    if constexpr (is_recorded) { session.record_into(seat.log, seat.index); }
    try {
      if (!session.begin()) { return; }
      if constexpr (attaches_itself_through<Scenario>(face)) {
        const AttachContext<LateFake> context(nullptr, 0, config_);
        LateFake::state = &states_[0];
        Scenario::template run<Env, face>(Participant{seat.index}, values_, shared_, context, session);
      } else {
        auto objects = attach(std::make_index_sequence<Scenario::instances>{});
        Scenario::template run<Env, face>(Participant{seat.index}, values_, shared_, objects, session);
      }
      session.end();
      seat.ending = session.has_violation() ? Ending::cancelled : Ending::finished;
    } catch (const Abandoned&) { session.end(); }
    if (session.has_violation()) { abandon_.give_up(); }
    abandon_.end();
  }

  Report report(const std::deque<Seat>& seats) {
    Report result;
    for (const Seat& seat : seats) {
      Outcome outcome;
      outcome.index = seat.index;
      outcome.role = Scenario::role(values_, seat.index);
      outcome.ending = seat.ending;
      outcome.operations = seat.record.operations.load(std::memory_order_relaxed);  // relaxed: its thread has been joined
      outcome.step = seat.record.step.load(std::memory_order_relaxed);              // relaxed: its thread has been joined
      result.outcomes.push_back(outcome);
      result.stops.push_back(seat.stops);
      result.violations.emplace_back(seat.record.violation.data());
      result.counters.push_back(seat.record.counters);
      result.histograms.push_back(seat.histograms);
    }
    const bool complete = result.outcomes.size() == Scenario::participants(values_);
    if (complete && result.all_finished()) {
      result.judgement = Scenario::template judge<Env>(values_, shared_, result.outcomes);
    }
    result.stranded = abandon_.stranded();
    if constexpr (is_recorded) {
      for (const Seat& seat : seats) {
        EXPECT_EQ(seat.record.lost_events.load(std::memory_order_relaxed), 0U);  // relaxed, twice: its thread has been joined
        const auto begun = static_cast<std::ptrdiff_t>(seat.record.events.load(std::memory_order_relaxed));
        result.history.insert(result.history.end(), seat.log.begin(), seat.log.begin() + begun);
      }
      result.history_judgement = Scenario::judge_history(values_, face, result.history);
    }
    return result;
  }

  typename Scenario::Params values_;
  Config config_;
  bool timing_ = false;
  bool can_suspend_ = false;
  Abandon abandon_;
  std::atomic<std::uint32_t> stop_{0};
  States states_;
  Shared shared_{};
};

/// Outcomes for a call of a judge: operations of participants 0, 1, ..., whose role is their index.
inline std::vector<Outcome> finished(std::initializer_list<std::uint64_t> operations) {
  std::vector<Outcome> outcomes;
  for (const std::uint64_t count : operations) {
    Outcome outcome;
    outcome.index = static_cast<std::uint32_t>(outcomes.size());
    outcome.role = outcome.index;
    outcome.ending = Ending::finished;
    outcome.operations = count;
    outcomes.push_back(outcome);
  }
  return outcomes;
}

}  // namespace shmlab::scenarios::testing
