#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "run/plan.hpp"

namespace shmlab::run::testing {

/// A run of `operations` operations with typical parameters otherwise.
Plan plan_for(std::string_view strategy, std::string_view scenario, std::uint64_t operations, Lane lane = Lane::forked);

/// Every pair that fits, of strategies that are not controls.
std::vector<std::pair<const catalogue::StrategyEntry*, const catalogue::ScenarioEntry*>> correct_pairs();

}  // namespace shmlab::run::testing
