#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contract/verdict.hpp"
#include "explore/bounds.hpp"
#include "explore/program.hpp"
#include "explore/search.hpp"
#include "explore/trace.hpp"

namespace shmlab::explore {

/// Why an exploration ended.
enum class ExplorationEnd : std::uint8_t {
  found,       ///< an execution is not ok
  exhausted,   ///< every execution that the bounds admit was seen, or one like it
  gave_up,     ///< the search takes samples, and has taken enough of its own
  executions,  ///< Settings::most_executions
  time         ///< Settings::most_time
};

struct Exploration {
  Verdict verdict;  ///< of the execution that was found; ok: there was none
  ExplorationEnd end = ExplorationEnd::gave_up;
  BoundSet met;                  ///< an exhausted exploration has seen everything but what these exclude
  std::uint64_t executions = 0;  ///< that were judged or found
  std::uint64_t cut_short = 0;
  std::uint64_t redundant = 0;
  std::uint64_t steps = 0;
  std::vector<std::uint16_t> choices;  ///< of the finding: Replay repeats it
  std::uint32_t preemptions = 0;       ///< of the finding
  std::optional<std::uint32_t>
      complete_preemptions;  ///< all executions with at most so many were seen; unlimited: with any number

  [[nodiscard]] bool is_exhaustive() const { return end == ExplorationEnd::exhausted; }
};

/// Searches for an execution whose verdict is not ok, among those of C++20's memory model but for load buffering, with a futex as Settings say,
/// and with as many deaths as the bounds admit.
Exploration explore(const Program& program, const Settings& settings, Search& search);

/// What a finding did, and its verdict. Throws BadInput when the choices are not of this program and these settings.
struct Repeated {
  Verdict verdict;
  Trace trace;
};
Repeated repeat(const Program& program, const Settings& settings, const std::vector<std::uint16_t>& choices);

/// "exhausted within 1 spurious wakes each", "time is over", ...; never "passed".
std::string describe(const Exploration& exploration, const Settings& settings);

}  // namespace shmlab::explore
