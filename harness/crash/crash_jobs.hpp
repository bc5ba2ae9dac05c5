#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "crash/crash.hpp"

namespace shmlab::crash {

/// A strategy and, but for one that nobody can be killed in, a role: what a job takes at a time.
struct CrashShare {
  const catalogue::StrategyEntry* strategy = nullptr;
  std::optional<CrashRole> role;
};
std::vector<CrashShare> crash_shares(std::span<const catalogue::StrategyEntry* const> strategies, const CrashOrder& order);

/// How many jobs have a CPU of their own here.
unsigned crash_jobs_here();

/// What crash() finds of each strategy, in the order of the shares, which that many processes deal out among themselves; each of them is bound to a CPU,
/// with those whom it kills, since one acts at a time. One job: this process itself, bound to nothing.
/// `on_progress` is told how many more shares are done, and what is at work. Throws as crash(), and std::runtime_error when a job ends otherwise.
std::vector<CrashReport> crash_shared(std::span<const CrashShare> shares, const CrashOrder& order, unsigned jobs,
                                      const std::function<void(std::size_t, std::string_view)>& on_progress);

}  // namespace shmlab::crash
