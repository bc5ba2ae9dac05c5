#pragma once

#include "contract/verdict.hpp"
#include "run/plan.hpp"
#include "run/result.hpp"

namespace shmlab::run {

/// A short run of the case before it is timed. ok: every invariant that crosses participants held, so they share state, and
/// they were at work at the same time, so they contend. A number from a case that fails this would mean nothing.
Verdict canary(const Plan& plan);

/// Whether every two participants of a finished run overlapped for at least half of the shorter one's time and each did
/// something; the reason when not. One participant contends with nobody and is fine.
Verdict contention_of(const Result& result);

}  // namespace shmlab::run
