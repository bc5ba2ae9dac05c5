#include "check/recorded.hpp"

#include <utility>

#include "measure/clock.hpp"

namespace shmlab::check {

Verdict judge_recorded(HistoryModel model, std::span<const Event> history, std::uint64_t permits) {
  const HistoryLimits limits{.permits = permits, .skew_ticks = measure::Clock::scale().skew_ticks};
  HistoryVerdict verdict = check_history(model, history, limits);
  return {verdict.judgement, std::move(verdict.why)};
}

}  // namespace shmlab::check
