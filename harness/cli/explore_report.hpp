#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/check_report.hpp"
#include "cli/exit_code.hpp"
#include "explore/trace.hpp"
#include "report/style.hpp"
#include "run/exploration.hpp"

namespace shmlab::cli {

/// A pair, and the steps of what was found.
struct ExploredPair {
  run::ExplorationReport report;
  explore::Trace trace;  ///< of the finding
  std::string token;     ///< of the finding
};

/// Everything that one `shmlab explore` found out.
struct ExploreReport {
  run::ExplorationBudget budget;
  std::vector<ExploredPair> pairs;  ///< those that were not explored too: they say why
  std::vector<Misfit> misfits;
  std::chrono::nanoseconds time{0};
};

/// A finding wins over what was not explored to the end.
ExitCode exit_code_of(const ExploreReport& report);

/// {"cases": [{strategy, scenario, params, bounds, verdict, exhausted, end, executions, steps, seconds, why, replay, trace}],
/// "left_out": [{strategy, scenario, reason}]}
nlohmann::json explore_json(const ExploreReport& report);

/// A table of the pairs, every finding with its steps, what was left out, one line of summary and one of what the model does not show.
std::string explore_text(const ExploreReport& report, const report::Style& style);

/// The steps as a table: a column a participant, a row a step.
std::string trace_table(const explore::Trace& trace, const catalogue::ScenarioEntry& scenario, const ParamValues& values,
                        const report::Style& style);
/// [{participant, operation, order, file, line, offset_bytes, value, note}]
nlohmann::json trace_json(const explore::Trace& trace);

}  // namespace shmlab::cli
