#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

#include "contract/history.hpp"
#include "measure/clock.hpp"
#include "measure/histogram.hpp"
#include "measure/record.hpp"

namespace shmlab::measure {

/// What the runner does around a body: everyone starts together, and the cost of the body alone is accounted.
class Gate {
 public:
  virtual ~Gate() = default;
  /// Waits until every participant is attached. false: the case was called off, do not run the body.
  virtual bool enter() = 0;
  virtual void leave() = 0;
  /// Stops another participant wherever it is, until resume() or leave(), one at a time. false: this lane cannot, one is stopped
  /// already, or that one has finished.
  virtual bool suspend(std::uint32_t /*participant*/) { return false; }
  /// Lets the one that was stopped go on; nobody stopped: nothing.
  virtual void resume() {}
};

/// Stamps of a recorded history where there is no time: where participants take turns, or executions are explored.
class Stamps {
 public:
  virtual ~Stamps() = default;
  /// Of this instant: more than at any instant before that could have been told from it.
  virtual std::uint64_t next() = 0;
};

/// How long a body goes on, and what it records.
struct SessionPlan {
  std::uint64_t operations = 0;   ///< that this participant starts at most; 0: until the stop flag
  bool timing = false;            ///< record latencies (costs two clock readings an operation)
  std::uint64_t slice_ticks = 0;  ///< > 0: leave a mark about as often (costs a clock reading each 64 operations)
};

/// A participant's side of one run: asked by the body whether to go on, told what it did. One per participant, not shared.
/// A body is a loop: `for (; session.more(); session.done()) { ... }`.
class Session {
 public:
  /// `stop` lies in the region; `histograms` may be empty when the plan does not time.
  Session(Record& record, const std::atomic<std::uint32_t>& stop, std::span<Histogram> histograms, SessionPlan plan, Gate& gate)
      : record_(record),
        stop_(stop),
        histograms_(histograms),
        plan_(plan),
        gate_(gate),
        limit_(plan.operations == 0 ? std::numeric_limits<std::uint64_t>::max() : plan.operations) {}
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Between attaching and the first operation. false: leave without running.
  bool begin();
  /// After the last operation: makes the record final.
  void end();

  /// Whether to do another operation: the limit is not reached, and nobody said stop (looked at every 64 operations).
  [[nodiscard]] bool more() const { return operations_ < limit_ && ((operations_ % stride) != 0 || !stopped()); }
  /// One operation is complete.
  void done() {
    ++operations_;
    if (operations_ % stride == 0) { publish_progress(); }
  }
  void done(std::uint64_t operations) {
    operations_ += operations;
    publish_progress();
  }
  /// Whether the run is being ended, now. For waiting loops of a body that could outlive their partner.
  /// relaxed: the flag carries no data.
  [[nodiscard]] bool stopped() const { return stop_.load(std::memory_order_relaxed) != 0; }
  [[nodiscard]] std::uint64_t operations() const { return operations_; }
  /// After more(): how many operations may be done before it has to be asked again. For tight loops, which then call done(batch).
  [[nodiscard]] std::uint64_t batch() const { return std::min(stride - operations_ % stride, limit_ - operations_); }

  /// Stops another participant, until resume() or the end of this one's body; see Gate.
  bool suspend(std::uint32_t participant) { return gate_.suspend(participant); }
  void resume() { gate_.resume(); }

  /// Enters a named step; kept for the report of a hang. relaxed: read for itself.
  void step(std::uint32_t index) { record_.step.store(index, std::memory_order_relaxed); }

  /// Whether latencies are recorded in this run.
  [[nodiscard]] bool timing() const { return plan_.timing; }
  /// A stamp for sample(), or 0 without a clock reading when the run does not time.
  [[nodiscard]] std::uint64_t stamp() const { return plan_.timing ? Clock::now() : 0; }
  /// Records the time since `stamp` in histogram `index`, when the run times.
  void sample(std::uint64_t stamp, std::size_t index = 0) {
    if (plan_.timing) { record_ticks(Clock::now() - stamp, index); }
  }
  /// Records a duration that the body computed itself, when the run times.
  void sample_ticks(std::uint64_t ticks, std::size_t index = 0) {
    if (plan_.timing) { record_ticks(ticks, index); }
  }
  /// Adds to the extra counter `index` (ScenarioDescriptor::counters).
  void count(std::size_t index, std::uint64_t amount = 1) { record_.counters[index] += amount; }

  /// A broken invariant, in one line; the first is kept. The body returns soon after; the supervisor ends the case.
  void violated(std::string_view why);

  /// For scenarios whose histories are judged: where the operations of this participant go. `first` of `log` is the next to be written.
  void record_into(std::span<Event> log, std::uint32_t participant) {
    log_ = log;
    participant_ = participant;
  }
  /// Stamps are these from now on, instead of time.
  void stamp_with(Stamps& stamps) { stamps_ = &stamps; }
  /// An operation of the history begins; returned() follows. What does not return stays pending. At most as many as the scenario's
  /// events() promised; the record of a participant that begins more says so, and its history is not judged.
  void called(Action action, std::uint64_t value = 0);
  /// The operation called last has returned.
  void returned(std::uint64_t value) { finish_event(value, true); }
  void returned() { finish_event(std::nullopt, true); }
  /// The operation called last gave up: full, empty, or out of time.
  void refused() { finish_event(std::nullopt, false); }
  [[nodiscard]] bool has_violation() const { return has_violation_; }

 private:
  static constexpr std::uint64_t stride = 64;
  void publish_progress() {
    record_.operations.store(operations_, std::memory_order_relaxed);  // relaxed: read for itself
    if (plan_.slice_ticks != 0) [[unlikely]] { mark(Clock::now()); }
  }
  void mark(std::uint64_t now);
  void finish_event(std::optional<std::uint64_t> value, bool succeeded);
  void record_ticks(std::uint64_t ticks, std::size_t index) {
    if (index < histograms_.size()) { histograms_[index].record(ticks); }
  }

  Record& record_;
  const std::atomic<std::uint32_t>& stop_;
  std::span<Histogram> histograms_;
  SessionPlan plan_;
  Gate& gate_;
  std::uint64_t limit_;
  std::uint64_t operations_ = 0;
  std::uint64_t next_mark_ = 0;  ///< ticks
  bool has_violation_ = false;
  std::span<Event> log_;
  std::uint32_t participant_ = 0;
  std::uint64_t logged_ = 0;
  Stamps* stamps_ = nullptr;
};

}  // namespace shmlab::measure
