#include "run/testing/plans.hpp"

#include <algorithm>
#include <string>

namespace shmlab::run::testing {

Plan plan_for(std::string_view strategy, std::string_view scenario, std::uint64_t operations, Lane lane) {
  Plan plan;
  plan.strategy = &catalogue::strategy(strategy);
  plan.scenario = &catalogue::scenario(scenario);
  plan.values = plan.scenario->typical();
  const std::size_t index = plan.scenario->param_index("operations");
  plan.values[index] = std::clamp(operations, plan.scenario->params[index].low, plan.scenario->params[index].high);
  plan.lane = lane;
  return plan;
}

std::vector<std::pair<const catalogue::StrategyEntry*, const catalogue::ScenarioEntry*>> correct_pairs() {
  std::vector<std::pair<const catalogue::StrategyEntry*, const catalogue::ScenarioEntry*>> pairs;
  std::string why_not;
  for (const catalogue::StrategyEntry& strategy : catalogue::all().strategies) {
    if (strategy.kind == Kind::control) { continue; }
    for (const catalogue::ScenarioEntry& scenario : catalogue::all().scenarios) {
      if (catalogue::find_case(strategy, scenario, scenario.typical(), why_not) != nullptr) {
        pairs.emplace_back(&strategy, &scenario);
      }
    }
  }
  return pairs;
}

}  // namespace shmlab::run::testing
