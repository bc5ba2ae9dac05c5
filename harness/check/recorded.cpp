#include "check/recorded.hpp"

#include <utility>

#include "measure/clock.hpp"

namespace shmlab::check {

Verdict judge_recorded(HistoryModel model, std::span<const Event> history, HistoryLimits limits) {
  limits.skew_ticks = measure::Clock::scale().skew_ticks;
  HistoryVerdict verdict = check_history(model, history, limits);
  std::string window = verdict.window.empty() ? std::string() : window_text(verdict);
  return {verdict.judgement, std::move(verdict.why), std::move(window)};
}

}  // namespace shmlab::check
