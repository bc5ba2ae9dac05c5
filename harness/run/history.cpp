#include "run/history.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "run/testimony.hpp"

namespace shmlab::run {

std::vector<Event> history_of(const CaseLayout& layout, std::byte* payload, std::span<const measure::Record> records,
                              std::uint32_t participants) {
  std::vector<Event> history;
  for (std::uint32_t i = 0; i < participants; ++i) {
    // acquire: pairs with the release in Session::called(); as many events are whole, but for the end of the last
    const auto begun = static_cast<std::size_t>(records[i].events.load(std::memory_order_acquire));
    const std::span<const Event> log = layout.events(payload, i);
    const std::span<const Event> events = log.first(std::min(begun, log.size()));
    history.insert(history.end(), events.begin(), events.end());
  }
  return history;
}

Verdict judge_history(const catalogue::CaseCode& code, const ParamValues& values, const CaseLayout& layout, std::byte* payload,
                      std::span<const measure::Record> records, std::uint32_t participants) {
  if (code.judge_history == nullptr) { return Verdict::ok(); }
  for (std::uint32_t i = 0; i < participants; ++i) {
    // relaxed: the participant has ended
    if (records[i].lost_events.load(std::memory_order_relaxed) != 0) {
      return Verdict::unknown("the history is longer than its log");
    }
  }
  for (std::uint32_t i = 0; i < participants; ++i) {
    // relaxed: as above
    const auto begun = static_cast<std::size_t>(records[i].events.load(std::memory_order_relaxed));
    const std::span<const Event> log = layout.events(payload, i);
    const std::string nonsense = nonsense_in(log.first(std::min(begun, log.size())), i);
    if (!nonsense.empty()) { return Verdict::violated(fmt::format("participant {} recorded {}", i, nonsense)); }
  }
  return code.judge_history(values, history_of(layout, payload, records, participants));
}

}  // namespace shmlab::run
