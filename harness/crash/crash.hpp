#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/entry.hpp"
#include "crash/crash_cell.hpp"
#include "crash/recovery.hpp"

namespace shmlab::crash {

/// Which deaths are tried.
struct CrashOrder {
  std::optional<CrashRole> role{};       ///< nothing: each that the strategy's face has
  std::optional<std::uint64_t> point{};  ///< nothing: one after the other until the victim lives
  std::optional<CrashKind> kind{};       ///< nothing: each that the strategy has; with a point, access
};

/// What became of one strategy.
struct CrashReport {
  const catalogue::StrategyEntry* strategy = nullptr;
  std::string unavailable;            ///< why nobody can be killed in it; else empty
  std::vector<std::string> left_out;  ///< what is not tried in it, and why
  std::vector<CrashCell> cells;       ///< by role, kind, point and survivor
  std::vector<Recovery> recoveries;   ///< by role, where everything is tried
  std::uint64_t runs = 0;
};

/// Kills the victim of the scenario `survivors` before each of its shared accesses, futex calls and calls of the system's objects, with the waiter
/// arriving before each access up to that one (of pauses in a row, which change nothing, before the first), and asks waiter and newcomer what they
/// meet. `on_run` is called after every run.
/// - Inside objects of the system (mutexes, semaphores, condition variables) it is killed after each instruction, in whatever library that is, with
///   the waiter there before or not.
/// - It is stopped, instead, before each access, with the waiter there before, or after it.
/// - Where the contract says that a lock's holder or a snapshot's writer can die without blocking the others, who comes next is killed as well, before
///   each of its accesses since.
/// - A lock's holder has a child before each access, and goes on or is killed; or it becomes another program.
/// Throws Interrupted, BadInput when the system has no process left.
CrashReport crash(const catalogue::StrategyEntry& strategy, const CrashOrder& order, const std::function<void()>& on_run = {});

}  // namespace shmlab::crash
