#include "run/scheduled_participant.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <filesystem>

#include "catalogue/catalogue.hpp"
#include "env/tracer.hpp"
#include "fault/random_bits.hpp"
#include "measure/session.hpp"
#include "run/history.hpp"
#include "run/open_gate.hpp"

namespace shmlab::run {
namespace {

/// As much of the text as there is room for.
template <std::size_t N>
void put(const std::string& text, std::array<char, N>& into) {
  const std::size_t length = std::min(text.size(), N - 1);
  std::copy_n(text.begin(), length, into.begin());
  into[length] = '\0';
}

/// Counts shared accesses, so that a run repeats to the letter.
class TurnStamps final : public measure::Stamps {
 public:
  explicit TurnStamps(const std::uint64_t& steps) : steps_(steps) {}
  std::uint64_t next() override { return steps_; }

 private:
  const std::uint64_t& steps_;
};

constexpr std::uint32_t probability(double of) {
  return static_cast<std::uint32_t>(of * 4294967295.0);
}

}  // namespace

ScheduledParticipant::ScheduledParticipant(const CaseOrder& order, std::byte* payload, const CaseLayout& layout,
                                           const catalogue::CaseCode& code, std::uint32_t index)
    : payload_(payload),
      layout_(layout),
      code_(code),
      index_(index),
      order_(order),
      area_(layout.turns(payload)),
      memory_(layout.memory(payload)),
      outcomes_(order_.participants) {
  const catalogue::ScenarioEntry& scenario = catalogue::scenario(order_.scenario.data());
  for (std::uint32_t i = 0; i < order_.participants; ++i) {
    outcomes_[i].index = i;
    outcomes_[i].role = scenario.role(order_.values, i);
    outcomes_[i].ending = Ending::finished;
  }
}

bool ScheduledParticipant::run() {
  enter(measure::Phase::running);
  if (conducts()) {
    conduct();
  } else {
    take_part();
  }
  enter(measure::Phase::finished);
  return !was_left_;
}

void ScheduledParticipant::take_part() {
  fault::Turns turns(table(), layout_.trace(payload_), memory_, index_);
  while (turns.await_start()) { run_body(turns); }
}

void ScheduledParticipant::conduct() {
  fault::Turns turns(table(), layout_.trace(payload_), memory_, index_);
  SearchReport& report = area_.report;
  Verdict verdict = Verdict::ok();
  const std::uint64_t most = order_.replays ? 1 : order_.most_schedules;
  // relaxed: the flag carries no data
  while (verdict.is_ok() && report.schedules < most && order_.called_off.load(std::memory_order_relaxed) == 0) {
    set_up();
    if (!order_.replays) { plan_schedule(report.schedules); }
    fault::start_run(table());
    turns.await_start();  // participant 0 has the first turn
    run_body(turns);
    fault::await_end_of_run(table());
    ++report.schedules;
    verdict = judge();
    if (report.schedules == 1) { first_steps_ = table().steps; }
  }
  this->report(verdict);
  fault::dismiss(table());
}

void ScheduledParticipant::run_body(fault::Turns& turns) {
  measure::Record& record = area_.records[index_];
  OpenGate gate;
  measure::Session session(record, never_stop_, {}, order_.plan, gate);
  session.record_into(layout_.events(payload_, index_), index_);
  TurnStamps stamps(table().steps);
  session.stamp_with(stamps);
  const env::Traced traced(turns);
  try {
    code_.participate(memory_, order_.values, Participant{index_}, session);
    if (session.has_violation()) {
      was_left_ = true;                          // it may hold what it had taken
      turns.end_run(fault::RoundEnd::finished);  // the others may be stuck now, which would prove nothing
    } else {
      turns.finish();
    }
  } catch (const fault::RunIsOver&) {
    was_left_ = true;  // the conductor knows how the run ended
  } catch (const std::exception& error) {
    was_left_ = true;
    session.violated(fmt::format("the participant threw: {}", error.what()));
    turns.end_run(fault::RoundEnd::threw);
  }
}

void ScheduledParticipant::set_up() {
  if (area_.report.schedules > 0) {  // the runner has created the first
    code_.dispose(memory_, order_.values);
    std::memset(memory_, 0, layout_.memory_bytes());
    code_.create(memory_, order_.values);
  }
  for (std::uint32_t i = 0; i < order_.participants; ++i) { new (&area_.records[i]) measure::Record{}; }
  table().reset();
}

/// Schedule 0 has no preemption. Then every single preemption in turn, and in between random ones: some with few preemptions, since
/// few suffice for most faults, and some random walks.
void ScheduledParticipant::plan_schedule(std::uint64_t number) {
  fault::TurnTable& turns = table();
  turns.planned = 0;
  turns.switch_probability = 0;
  if (number == 0 || first_steps_ == 0 || order_.participants < 2) { return; }
  turns.random = order_.seed + number * 0x9e37'79b9'7f4a'7c15;
  const std::uint64_t others = order_.participants - 1;
  const auto preempt = [&](std::uint64_t step, std::uint64_t which) {
    turns.plan[turns.planned++] = {.step = static_cast<std::uint32_t>(1 + step % first_steps_),
                                   .to = fault::after_me + 1 + static_cast<std::uint32_t>(which % others)};
  };
  constexpr std::uint64_t kinds = 6;
  const std::uint64_t kind = number % kinds;
  if (kind < 2) {
    // In turn through all (step, participant), beginning somewhere: a search of few schedules sees others with another seed.
    const std::uint64_t singles = first_steps_ * others;
    const std::uint64_t single = (order_.seed % singles + number / kinds * 2 + kind) % singles;
    preempt(single / others, single % others);
  } else if (kind < 4) {
    const std::uint32_t count = 2 + fault::random_bits(turns.random) % 3;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t step = fault::random_bits(turns.random);
      preempt(step, fault::random_bits(turns.random));
    }
    std::ranges::sort(turns.plan.begin(), turns.plan.begin() + turns.planned, {}, &fault::Preemption::step);
  } else {
    constexpr std::uint32_t walks[] = {probability(0.05), probability(0.15), probability(0.5)};
    turns.switch_probability = walks[fault::random_bits(turns.random) % std::size(walks)];
  }
}

Verdict ScheduledParticipant::judge() {
  for (std::uint32_t i = 0; i < order_.participants; ++i) {
    const measure::Record& record = area_.records[i];
    // relaxed, here and below: the end of the run has ordered everything
    if (record.violated.load(std::memory_order_relaxed) != 0) {
      return Verdict::violated(fmt::format("participant {}: {}", i, record.violation.data()));
    }
  }
  switch (table().end) {
    case fault::RoundEnd::asleep: return Verdict::violated(stuck_text("all who are left sleep, and nobody can wake them"));
    case fault::RoundEnd::polling:
      return Verdict::violated(stuck_text("all who are left poll, and what they wait for cannot come"));
    case fault::RoundEnd::too_long: return Verdict::unknown(stuck_text(fmt::format("no end after {} steps", table().steps)));
    default: break;
  }
  for (std::uint32_t i = 0; i < order_.participants; ++i) {
    outcomes_[i].operations = area_.records[i].operations.load(std::memory_order_relaxed);
  }
  Verdict verdict = code_.judge(memory_, order_.values, outcomes_);
  return verdict.is_ok() ? judge_history(code_, order_.values, layout_, payload_, area_.records, order_.participants) : verdict;
}

std::string ScheduledParticipant::stuck_text(std::string_view what) const {
  std::string text(what);
  std::string_view between = ": ";
  for (std::uint32_t i = 0; i < order_.participants; ++i) {
    const fault::Seat& seat = table().seats[i];
    if (seat.state == fault::SeatState::finished) { continue; }
    const auto step = area_.records[i].step.load(std::memory_order_relaxed);
    text +=
        fmt::format("{}participant {} at step '{}' in {}", between, i, code_.scenario->steps[step], to_string(seat.operation));
    if (seat.file != nullptr) {
      text += fmt::format(" ({}:{})", std::filesystem::path(seat.file).filename().string(), seat.line);
    }
    between = "; ";
  }
  return text;
}

void ScheduledParticipant::report(const Verdict& verdict) {
  SearchReport& report = area_.report;
  report.judgement = verdict.judgement;
  put(verdict.why, report.why);
  put(verdict.detail, report.detail);
  report.judged = true;
}

void ScheduledParticipant::enter(measure::Phase phase) {
  // release: pairs with the supervisor's acquire; on `finished` the report is whole
  layout_.record(payload_, index_).phase.store(static_cast<std::uint32_t>(phase), std::memory_order_release);
}

}  // namespace shmlab::run
