#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "catalogue/catalogue.hpp"
#include "cli/explore_report.hpp"
#include "cli/shell_word.hpp"

namespace shmlab::cli {
namespace {

using nlohmann::json;

json bounds_json(const run::ExplorationBudget& budget, const explore::Bounds& bounds) {
  return {{"preemptions_first", budget.preemptions}, {"steps", bounds.most_steps},   {"weak_failures", bounds.weak_failures},
          {"spurious_wakes", bounds.spurious_wakes}, {"deaths", bounds.most_deaths}, {"load_buffering", false}};
}

json case_json(const ExploredPair& pair, const run::ExplorationBudget& budget) {
  const run::ExplorationReport& report = pair.report;
  const explore::Exploration& exploration = report.exploration;
  const bool explored = report.unavailable.empty();
  return {{"strategy", report.strategy->name()},
          {"scenario", report.scenario->name()},
          {"params", catalogue::to_string(*report.scenario, report.values)},
          {"variant", pair.variant},
          {"generated", pair.is_generated},
          {"bounds", bounds_json(budget, report.settings.bounds)},
          {"shards", {{"of", budget.shard.count}, {"seen", {budget.shard.index}}}},
          {"verdict", explored ? std::string(to_string(exploration.verdict.judgement)) : "unknown"},
          {"exhausted", explored && exploration.is_exhaustive()},
          {"end", explored ? explore::describe(exploration, report.settings) : "unavailable"},
          {"search", report.search},
          {"executions", exploration.executions},
          {"steps", exploration.steps},
          {"seconds", std::chrono::duration<double>(report.time).count()},
          {"why", explored ? exploration.verdict.why : report.unavailable},
          {"preemptions", exploration.preemptions},
          {"replay", pair.token.empty() ? std::string() : "shmlab replay " + shell_word(pair.token)},
          {"roles", party_titles(*report.scenario, report.values)},
          {"trace", trace_json(pair.trace)}};
}

}  // namespace

json explore_json(const ExploreReport& report) {
  json cases = json::array();
  for (const ExploredPair& pair : report.pairs) { cases.push_back(case_json(pair, report.budget)); }
  json left_out = json::array();
  for (const Misfit& misfit : report.misfits) {
    left_out.push_back({{"strategy", misfit.strategy}, {"scenario", misfit.scenario}, {"reason", misfit.reason}});
  }
  return {{"cases", std::move(cases)},
          {"left_out", std::move(left_out)},
          {"seconds", std::chrono::duration<double>(report.time).count()}};
}

}  // namespace shmlab::cli
