#pragma once

#include <span>

#include "check/history.hpp"
#include "contract/history.hpp"
#include "contract/verdict.hpp"

namespace shmlab::check {

/// The verdict on a history that was recorded with the clock of this run, or by turns: `limits` but for the clock's skew.
Verdict judge_recorded(HistoryModel model, std::span<const Event> history, HistoryLimits limits = {});

}  // namespace shmlab::check
