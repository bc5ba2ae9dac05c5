#pragma once

#include <string_view>
#include <vector>

#include "catalogue/catalogue.hpp"

namespace shmlab::catalogue {

/// The look-ups of catalogue.hpp in any catalogue; entries must outlive what is returned.
const StrategyEntry& strategy_in(const Catalogue& catalogue, std::string_view name);
const ScenarioEntry& scenario_in(const Catalogue& catalogue, std::string_view name);
std::vector<const StrategyEntry*> strategies_matching_in(const Catalogue& catalogue, std::string_view pattern);
std::vector<const ScenarioEntry*> scenarios_matching_in(const Catalogue& catalogue, std::string_view pattern);

}  // namespace shmlab::catalogue
