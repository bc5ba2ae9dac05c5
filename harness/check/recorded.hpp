#pragma once

#include <cstdint>
#include <span>

#include "check/history.hpp"
#include "contract/history.hpp"
#include "contract/verdict.hpp"

namespace shmlab::check {

/// The verdict on a history that was recorded with the clock of this run, or by turns. `permits`: of a semaphore at the start.
Verdict judge_recorded(HistoryModel model, std::span<const Event> history, std::uint64_t permits = 0);

}  // namespace shmlab::check
