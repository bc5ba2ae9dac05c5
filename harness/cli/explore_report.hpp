#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "catalogue/entry.hpp"
#include "cli/check_report.hpp"
#include "cli/exit_code.hpp"
#include "explore/trace.hpp"
#include "report/style.hpp"
#include "run/exploration.hpp"

namespace shmlab::cli {

/// A pair, and the steps of what was found.
struct ExploredPair {
  run::ExplorationReport report;
  explore::Trace trace;       ///< of the finding
  std::string token;          ///< of the finding
  std::string variant;        ///< run::ExploredVariant::title
  bool is_generated = false;  ///< its parameters are RapidCheck's
};

/// Everything that one `shmlab explore` found out.
struct ExploreReport {
  run::ExplorationBudget budget;
  std::vector<ExploredPair> pairs;  ///< those that were not explored too: they say why
  std::vector<Misfit> misfits;
  std::chrono::nanoseconds time{0};
};

/// {"cases": [{strategy, scenario, params, variant, generated, bounds, shards: {of, seen: [...]}, verdict, exhausted, end, search, executions, steps, seconds, why,
/// preemptions, replay, roles, trace}], "left_out": [{strategy, scenario, reason}], "seconds"}. What was not to be explored is a case whose end is
/// "unavailable".
nlohmann::json explore_json(const ExploreReport& report);

// All that follows works on that object.

/// A finding wins over what was not explored to the end.
ExitCode exit_code_of_exploration(const nlohmann::json& explored);
/// A table of the cases, every finding with its steps, what was left out, one line of summary and one of what the model does not show.
std::string explore_text(const nlohmann::json& explored, const report::Style& style);
/// The same as one HTML file that needs no other.
std::string explore_html(const nlohmann::json& explored);

/// "executions 3, pairs 1, time 2 s: 0 violated, 1 exhausted, ..."
std::string explore_summary(const nlohmann::json& explored);
/// What "exhausted" means, and what it does not.
std::string exhausted_means();
/// "survivors side=1": with what is varied.
std::string scenario_title(const nlohmann::json& explored_case);
bool is_violated(const nlohmann::json& explored_case);
bool is_unavailable(const nlohmann::json& explored_case);

/// [{step, participant, operation, order, at, offset_bytes, value, note}]
nlohmann::json trace_json(const explore::Trace& trace);
/// "P0 writer" and so on: who a trace is about.
std::vector<std::string> party_titles(const catalogue::ScenarioEntry& scenario, const ParamValues& values);
/// The steps as rows of cells: step, at, word, one for each of the parties, note. Where there are many, the last ones: there the finding is.
struct TraceRows {
  std::vector<std::string> titles;
  std::vector<std::vector<std::string>> rows;
  std::size_t omitted = 0;  ///< rows before the first
};
TraceRows trace_rows(const nlohmann::json& trace, const std::vector<std::string>& parties);
/// The same as a table in plain text.
std::string trace_table(const nlohmann::json& trace, const std::vector<std::string>& parties, const report::Style& style);
std::string trace_table(const explore::Trace& trace, const catalogue::ScenarioEntry& scenario, const ParamValues& values,
                        const report::Style& style);

}  // namespace shmlab::cli
