#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/exit_code.hpp"
#include "report/style.hpp"
#include "run/replay_token.hpp"
#include "run/result.hpp"

namespace shmlab::cli {

/// What came of repeating a case.
struct ReplayReport {
  run::ReplayOrder order;
  run::Result finding;           ///< the first run that did not end well, or the last that did
  std::uint64_t times = 0;       ///< runs
  std::uint64_t reproduced = 0;  ///< of them, those that did not end well
  std::uint64_t identical = 0;   ///< of those, how many took the very same steps as the first; only in the lane scheduled
};

ExitCode exit_code_of(const ReplayReport& report);
/// {strategy, scenario, lane, verdict, detector, why, times, reproduced, identical, steps: [{participant, operation, ...}]}
nlohmann::json replay_json(const ReplayReport& report);
/// What was violated, the interleaving as a table (a column a participant, a row a step), and how often it came again.
std::string replay_text(const ReplayReport& report, const report::Style& style);

}  // namespace shmlab::cli
