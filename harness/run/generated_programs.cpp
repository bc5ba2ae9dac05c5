#include "run/generated_programs.hpp"

#include <utility>

#include "run/explored_case.hpp"
#include "run/property_values.hpp"
#include "run/simplest.hpp"

namespace shmlab::run {
namespace {

constexpr int most_tries = 50;

bool has_found(const ExplorationReport& report) {
  return report.unavailable.empty() && report.exploration.verdict.judgement == Judgement::violated;
}

ExplorationReport simplify(const rc::Shrinkable<ParamValues>& values, ExplorationReport found, ExplorationBudget budget) {
  const catalogue::StrategyEntry& strategy = *found.strategy;
  const catalogue::ScenarioEntry& scenario = *found.scenario;
  budget.time /= 10;
  simplest(values, most_tries, [&](const ParamValues& simpler) {
    ExplorationReport report = explore_pair(strategy, scenario, simpler, budget);
    if (!has_found(report)) { return false; }
    found = std::move(report);
    return true;
  });
  return found;
}

}  // namespace

std::vector<GeneratedProgram> generated_programs(const catalogue::StrategyEntry& strategy,
                                                 const catalogue::ScenarioEntry& scenario, std::uint64_t seed,
                                                 std::span<const std::string> fixed, std::size_t count) {
  PropertyValues stream(strategy, scenario, seed, fixed, ProgramSize::small);
  std::vector<GeneratedProgram> programs;
  // Some have too many participants for the explorer.
  const std::size_t most_attempts = 10 * count;
  for (std::size_t attempt = 0; attempt < most_attempts && programs.size() < count; ++attempt) {
    std::string why_not;
    const auto values = stream.next(why_not);
    if (!values) { break; }
    if (!unexplorable(strategy, scenario, values->value()).empty()) { continue; }
    programs.push_back(
        {.values = values->value(), .simplified = [values = *values](ExplorationReport found, const ExplorationBudget& budget) {
           return simplify(values, std::move(found), budget);
         }});
  }
  return programs;
}

}  // namespace shmlab::run
