#include "run/testimony.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "env/tracer.hpp"
#include "run/literal.hpp"

namespace shmlab::run {
namespace {

constexpr std::uint32_t last_phase = static_cast<std::uint32_t>(measure::Phase::finished);

/// The bits of an object that may hold no value of its type, which must not be read as one.
template <class T>
std::uint8_t byte_of(const T& object) {
  static_assert(sizeof(T) == 1);
  std::uint8_t byte = 0;
  std::memcpy(&byte, &object, 1);
  return byte;
}

bool is_truth_value(const bool& flag) {
  return byte_of(flag) <= 1;
}

bool is_possible(const fault::TraceEntry& entry, std::uint32_t participants) {
  const auto is_text = [](const char* text) { return text == nullptr || is_literal(text); };
  return entry.participant < participants && byte_of(entry.operation) <= byte_of(env::Operation::yield) && is_text(entry.file) &&
         is_text(entry.function) && is_truth_value(entry.has_value);
}

}  // namespace

measure::Phase phase_of(const measure::Record& record) {
  // acquire: see the declaration
  const std::uint32_t phase = record.phase.load(std::memory_order_acquire);
  return phase <= last_phase ? static_cast<measure::Phase>(phase) : measure::Phase::running;
}

std::string_view text_in(std::span<const char> room) {
  return {room.data(), strnlen(room.data(), room.size())};
}

std::string step_of(const measure::Record& record, const ScenarioDescriptor& scenario) {
  const std::uint32_t step = record.step.load(std::memory_order_relaxed);  // relaxed: read for itself
  return step < scenario.steps.size() ? std::string(scenario.steps[step]) : fmt::format("number {}", step);
}

std::string nonsense_in(const measure::Record& record, const ScenarioDescriptor& scenario, std::size_t events) {
  // relaxed, all: each is read for itself
  const std::uint32_t phase = record.phase.load(std::memory_order_relaxed);
  if (phase > last_phase) { return fmt::format("a phase {} of {}", phase, last_phase + 1); }
  const std::uint32_t step = record.step.load(std::memory_order_relaxed);
  if (step != 0 && step >= scenario.steps.size()) { return fmt::format("a step {} of {}", step, scenario.steps.size()); }
  const std::uint64_t begun = record.events.load(std::memory_order_relaxed);
  if (begun > events) { return fmt::format("{} events in a log of {}", begun, events); }
  if (phase == last_phase && record.ended < record.started) { return "an end before the start"; }
  return {};
}

std::string nonsense_in(std::span<const Event> events, std::uint32_t participant) {
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    const bool is_possible = event.participant == participant && byte_of(event.action) <= byte_of(Action::receive) &&
                             is_truth_value(event.succeeded) && event.start <= event.end;
    if (!is_possible) { return fmt::format("an event {} that cannot be", i); }
  }
  return {};
}

std::string nonsense_in(const TurnArea& turns, std::span<const fault::TraceEntry> trace, std::uint32_t participants) {
  const SearchReport& report = turns.report;
  if (byte_of(report.judgement) > byte_of(Judgement::unknown) || !is_truth_value(report.judged)) {
    return "a judgement that there is not";
  }
  if (turns.table.taken > turns.table.log.size()) { return fmt::format("a schedule of {} preemptions", turns.table.taken); }
  if (turns.table.traced > trace.size()) { return fmt::format("{} entries in a trace of {}", turns.table.traced, trace.size()); }
  const auto entries = trace.first(turns.table.traced);
  const bool all_possible = std::ranges::all_of(entries, [&](const auto& entry) { return is_possible(entry, participants); });
  return all_possible ? "" : "an entry of the trace that cannot be";
}

}  // namespace shmlab::run
