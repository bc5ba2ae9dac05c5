#pragma once

#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "cli/options.hpp"

namespace shmlab::cli {

/// Which part of the catalogue a command works on; an empty list stands for everything.
struct Selection {
  std::vector<std::string> strategies;  ///< names or globs
  std::vector<std::string> scenarios;
  bool controls = false;  ///< wildcards, and an empty list, stand for strategies that are broken on purpose as well
};

/// Declares --strategy and --scenario.
void add_globs(Options& options, Selection& selection);
/// The same and --controls.
void add_selection(Options& options, Selection& selection);

/// In catalogue order, each once. Throws BadInput for a name or glob that stands for nothing.
std::vector<const catalogue::StrategyEntry*> chosen_strategies(const Selection& selection);
std::vector<const catalogue::ScenarioEntry*> chosen_scenarios(const Selection& selection);

}  // namespace shmlab::cli
