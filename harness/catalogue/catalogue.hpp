#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalogue/entry.hpp"

namespace shmlab::catalogue {

/// Everything that was built in, in the order of the file names, adapters after what they lift.
struct Catalogue {
  std::vector<StrategyEntry> strategies;
  std::vector<ScenarioEntry> scenarios;
};

/// The catalogue of this program (generated).
const Catalogue& all();

/// By exact name; throws BadInput with the nearest name.
const StrategyEntry& strategy(std::string_view name);
const ScenarioEntry& scenario(std::string_view name);

/// Strategies (of any kind) whose name matches a glob (`*`, `?`) or equals it; throws BadInput with the nearest name when none does.
std::vector<const StrategyEntry*> strategies_matching(std::string_view pattern);
std::vector<const ScenarioEntry*> scenarios_matching(std::string_view pattern);

/// The code for a pair, or nullptr with the reason in `why_not` when the pair does not fit (face missing, a limit exceeded, unavailable).
const CaseCode* find_case(const StrategyEntry& strategy, const ScenarioEntry& scenario, const ParamValues& values,
                          std::string& why_not, Build build = Build::native);

/// Reads "name=value" into `values`; throws BadInput naming the parameter, its range and the nearest name.
void set_param(const ScenarioEntry& scenario, std::string_view assignment, ParamValues& values);

/// "name=value,..." of all parameters, as in replay lines and case names.
std::string to_string(const ScenarioEntry& scenario, const ParamValues& values);

}  // namespace shmlab::catalogue
