#include "cli/bench_set.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "contract/nearest.hpp"
#include "measure/allowed_cpus.hpp"

namespace shmlab::cli {
namespace {

/// The scenario whose subject is how memory is handed to another process; it runs on every kind of region.
constexpr std::string_view region_scenario = "parent_child";

bool has_param(const catalogue::ScenarioEntry& scenario, std::string_view assignment) {
  return scenario.param_index(assignment.substr(0, assignment.find('='))) < scenario.params.size();
}

void refuse_unknown_params(const std::vector<const catalogue::ScenarioEntry*>& scenarios,
                           const std::vector<std::string>& params) {
  for (const std::string& assignment : params) {
    if (std::ranges::any_of(scenarios, [&](const auto* scenario) { return has_param(*scenario, assignment); })) { continue; }
    std::vector<std::string_view> names;
    for (const auto* scenario : scenarios) {
      for (const catalogue::ParamInfo& param : scenario->params) { names.push_back(param.name); }
    }
    throw unknown_name("parameter", assignment.substr(0, assignment.find('=')), names);
  }
}

ParamValues values_for(const catalogue::ScenarioEntry& scenario, const std::vector<std::string>& params) {
  ParamValues values = scenario.typical();
  for (const std::string& assignment : params) {
    if (has_param(scenario, assignment)) { catalogue::set_param(scenario, assignment, values); }
  }
  return values;
}

std::vector<shm::RegionKind> regions_for(const catalogue::ScenarioEntry& scenario, const BenchSelection& selection) {
  if (selection.region) { return {*selection.region}; }
  if (scenario.name() != region_scenario) { return {shm::RegionKind::memfd}; }
  return {shm::RegionKind::memfd, shm::RegionKind::posix_shm, shm::RegionKind::file, shm::RegionKind::anonymous};
}

/// "scenario/strategy", then what differs from the typical.
std::string case_name(const run::Plan& plan) {
  std::string name = fmt::format("{}/{}", plan.scenario->name(), plan.strategy->name());
  for (std::size_t i = 0; i < plan.scenario->params.size(); ++i) {
    const catalogue::ParamInfo& param = plan.scenario->params[i];
    if (plan.values[i] != param.typical) { name += fmt::format("/{}={}", param.name, plan.values[i]); }
  }
  if (plan.region != shm::RegionKind::memfd) { name += fmt::format("/region={}", to_string(plan.region)); }
  return name;
}

report::CaseResult empty_result(const run::Plan& plan, const catalogue::CaseCode& code) {
  report::CaseResult result;
  result.name = case_name(plan);
  result.scenario = plan.scenario->name();
  result.strategy = plan.strategy->name();
  result.kind = plan.strategy->kind;
  result.face = code.face;
  result.lane = to_string(plan.lane);
  result.region = to_string(plan.region);
  result.participants = plan.scenario->participants(plan.values);
  for (std::size_t i = 0; i < plan.scenario->params.size(); ++i) {
    result.params[std::string(plan.scenario->params[i].name)] = plan.values[i];
  }
  return result;
}

void add_pair(BenchSet& set, const run::Plan& plan) {
  std::string why_not;
  const catalogue::CaseCode* code = catalogue::find_case(*plan.strategy, *plan.scenario, plan.values, why_not);
  if (code != nullptr) {
    set.cases.push_back({plan, empty_result(plan, *code)});
    return;
  }
  const auto cause = plan.strategy->unavailable.empty() ? report::Cause::does_not_fit : report::Cause::unavailable;
  set.skipped.push_back(
      {case_name(plan), std::string(plan.scenario->name()), std::string(plan.strategy->name()), why_not, cause});
}

}  // namespace

BenchSet bench_set(const BenchSelection& selection) {
  const auto scenarios = chosen_scenarios(selection.selection);
  const auto strategies = chosen_strategies(selection.selection);
  refuse_unknown_params(scenarios, selection.params);
  BenchSet set;
  for (const catalogue::ScenarioEntry* scenario : scenarios) {
    if (!scenario->descriptor->timed) {
      const std::string name(scenario->name());
      set.skipped.push_back(
          {name + "/*", name, "*", "is made to find faults, not to be timed: see shmlab check", report::Cause::does_not_fit});
      continue;
    }
    const ParamValues values = values_for(*scenario, selection.params);
    const std::vector<int> cpus =
        selection.pinned ? measure::choose_cpus(scenario->participants(values) + 1) : std::vector<int>{};
    for (const catalogue::StrategyEntry* strategy : strategies) {
      for (const shm::RegionKind region : regions_for(*scenario, selection)) {
        run::Plan plan;
        plan.strategy = strategy;
        plan.scenario = scenario;
        plan.values = values;
        plan.region = region;
        // Only a forked child inherits an anonymous mapping.
        plan.lane = region == shm::RegionKind::anonymous ? run::Lane::forked : run::Lane::processes;
        plan.cpus = cpus;
        add_pair(set, plan);
      }
    }
  }
  return set;
}

}  // namespace shmlab::cli
