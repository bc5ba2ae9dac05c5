#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "contract/verdict.hpp"
#include "explore/bounds.hpp"
#include "explore/mutation.hpp"
#include "explore/site_log.hpp"

namespace shmlab::explore {

/// What is explored. Everything is a function of what TracedEnv's operations gave, so that an execution repeats.
struct Program {
  std::size_t bytes = 0;           ///< of shared memory, zeroed, aligned to 4096
  std::uint32_t participants = 0;  ///< 1 .. max_participants
  /// Once: makes the objects. Every execution starts with a copy of these bytes.
  std::function<void(void* memory)> create;
  /// What a participant does, on a stack of its own. A std::exception that leaves it is a violation.
  std::function<void(std::uint32_t index, void* memory)> body;
  /// Whether a participant may die; none: any. Asked where Bounds::most_deaths is not 0.
  std::function<bool(std::uint32_t index)> may_die{};
  /// What the world does when a participant has died in the middle of its body, with Env's operations, as its last steps; may be none.
  std::function<void(std::uint32_t index, void* memory)> died{};
  /// After a death nobody who is left can go on: what to say of that; none: it is a violation, as it is where nobody has died.
  std::function<Verdict(Verdict stuck)> bereft{};
  /// After an execution in which all bodies returned, or their participants died; atomics hold their last values.
  std::function<Verdict(void* memory)> judge;
};

/// Thrown by a body that has seen what must not be: ends the execution with this verdict.
struct Violated {
  std::string why;
};

/// What an exploration takes for granted, and when it gives up.
struct Settings {
  Bounds bounds;
  FutexOrder futex_order = FutexOrder::full_barrier;
  RacePolicy races = RacePolicy::are_findings;
  std::optional<Mutation> mutation{};  ///< none: every operation is that of the source
  SiteLog* sites = nullptr;            ///< hears of every operation of the source that is carried out; may be none
  std::uint64_t most_executions = std::numeric_limits<std::uint64_t>::max();
  std::chrono::nanoseconds most_time = std::chrono::nanoseconds::max();
};

}  // namespace shmlab::explore
