#include "cli/bench_set.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
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

/// Who does not poll waits in one way only.
constexpr std::array poll_policies_of_others{PollPolicy{}};

/// What --matrix sweeps.
constexpr std::array<std::uint64_t, 3> matrix_participants{2, 3, 4};
constexpr std::array<std::uint64_t, 6> matrix_payload_bytes{8, 64, 1024, 4096, 65536, 1048576};

ParamValues values_for(const catalogue::ScenarioEntry& scenario, const std::vector<std::string>& params) {
  ParamValues values = scenario.typical();
  for (const std::string& assignment : params) {
    if (has_param(scenario, assignment)) { catalogue::set_param(scenario, assignment, values); }
  }
  return values;
}

/// "name=value" for each value of "name=value,value,...".
std::vector<std::string> assignments_of(std::string_view sweep) {
  const std::size_t equals = sweep.find('=');
  const std::string name(sweep.substr(0, equals == std::string_view::npos ? sweep.size() : equals + 1));
  std::string_view rest = equals == std::string_view::npos ? std::string_view() : sweep.substr(equals + 1);
  std::vector<std::string> assignments;
  for (;;) {
    const std::size_t comma = rest.find(',');
    assignments.push_back(name + std::string(rest.substr(0, comma)));
    if (comma == std::string_view::npos) { return assignments; }
    rest.remove_prefix(comma + 1);
  }
}

/// As many combinations as there were, times the assignments.
void combine(const catalogue::ScenarioEntry& scenario, const std::vector<std::string>& assignments,
             std::vector<ParamValues>& combinations) {
  if (assignments.empty() || !has_param(scenario, assignments.front())) { return; }
  std::vector<ParamValues> all;
  for (const ParamValues& values : combinations) {
    for (const std::string& assignment : assignments) {
      ParamValues changed = values;
      catalogue::set_param(scenario, assignment, changed);
      if (std::ranges::find(all, changed) == all.end()) { all.push_back(changed); }
    }
  }
  combinations = std::move(all);
}

/// "name=value" for those of the values that the scenario allows.
std::vector<std::string> allowed(const catalogue::ScenarioEntry& scenario, std::string_view name,
                                 std::span<const std::uint64_t> values) {
  std::vector<std::string> assignments;
  const std::size_t index = scenario.param_index(name);
  if (index == scenario.params.size()) { return assignments; }
  const catalogue::ParamInfo& param = scenario.params[index];
  for (const std::uint64_t value : values) {
    if (value >= param.low && value <= param.high) { assignments.push_back(fmt::format("{}={}", name, value)); }
  }
  return assignments;
}

bool is_chosen(std::string_view param, const BenchSelection& selection) {
  const auto names_it = [param](const std::string& assignment) {
    return assignment.starts_with(param) && assignment.substr(param.size()).starts_with('=');
  };
  return std::ranges::any_of(selection.params, names_it) || std::ranges::any_of(selection.sweeps, names_it);
}

/// What nobody has chosen gives way.
void moderate(const catalogue::ScenarioEntry& scenario, const BenchSelection& selection, std::vector<ParamValues>& combinations) {
  if (scenario.moderated == nullptr) { return; }
  for (ParamValues& values : combinations) {
    const ParamValues moderated = scenario.moderated(values);
    for (std::size_t i = 0; i < scenario.params.size(); ++i) {
      if (!is_chosen(scenario.params[i].name, selection)) { values[i] = moderated[i]; }
    }
  }
}

std::vector<ParamValues> combinations_for(const catalogue::ScenarioEntry& scenario, const BenchSelection& selection) {
  std::vector<ParamValues> combinations{values_for(scenario, selection.params)};
  if (selection.matrix) {
    combine(scenario, allowed(scenario, "participants", matrix_participants), combinations);
    combine(scenario, allowed(scenario, "payload_bytes", matrix_payload_bytes), combinations);
  }
  for (const std::string& sweep : selection.sweeps) { combine(scenario, assignments_of(sweep), combinations); }
  moderate(scenario, selection, combinations);
  return combinations;
}

std::vector<shm::RegionKind> regions_for(const catalogue::ScenarioEntry& scenario, const BenchSelection& selection) {
  if (selection.region) { return {*selection.region}; }
  if (scenario.name() != region_scenario) { return {shm::RegionKind::memfd}; }
  return {shm::RegionKind::memfd, shm::RegionKind::posix_shm, shm::RegionKind::file, shm::RegionKind::anonymous};
}

/// "scenario/strategy", then what differs from the typical.
std::string case_name(const run::Plan& plan, std::uint32_t per_cpu) {
  std::string name = fmt::format("{}/{}", plan.scenario->name(), plan.strategy->name());
  for (std::size_t i = 0; i < plan.scenario->params.size(); ++i) {
    const catalogue::ParamInfo& param = plan.scenario->params[i];
    if (plan.values[i] != param.typical) { name += fmt::format("/{}={}", param.name, plan.values[i]); }
  }
  if (plan.region != shm::RegionKind::memfd) { name += fmt::format("/region={}", to_string(plan.region)); }
  if (plan.poll_policy != PollPolicy{}) { name += fmt::format("/waiting={}", name_of(plan.poll_policy)); }
  if (per_cpu != 0) { name += fmt::format("/per_cpu={}", per_cpu); }
  if (plan.cpu_quota_percent != 0) { name += fmt::format("/cpu_quota={}", plan.cpu_quota_percent); }
  return name;
}

report::CaseResult empty_result(const run::Plan& plan, std::uint32_t per_cpu, const catalogue::CaseCode& code) {
  report::CaseResult result;
  result.name = case_name(plan, per_cpu);
  result.waiting = name_of(plan.poll_policy);
  result.participants_per_cpu = per_cpu;
  result.cpu_quota_percent = plan.cpu_quota_percent;
  result.shown_counter = plan.scenario->descriptor->shown_counter;
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

void add_pair(BenchSet& set, const run::Plan& plan, std::uint32_t per_cpu) {
  std::string why_not;
  const catalogue::CaseCode* code = catalogue::find_case(*plan.strategy, *plan.scenario, plan.values, why_not);
  if (code != nullptr) {
    set.cases.push_back({plan, empty_result(plan, per_cpu, *code)});
    return;
  }
  const auto cause = plan.strategy->unavailable.empty() ? report::Cause::does_not_fit : report::Cause::unavailable;
  set.skipped.push_back(
      {case_name(plan, per_cpu), std::string(plan.scenario->name()), std::string(plan.strategy->name()), why_not, cause});
}

/// Whether a waiting loop of ours is what it waits by; the locks of other libraries have their own.
bool polls(const catalogue::StrategyEntry& strategy) {
  const Waiting waiting = strategy.descriptor.waiting;
  const bool is_foreign_lock = strategy.kind == Kind::peer && strategy.faces.contains(Face::exclusive);
  return !is_foreign_lock && (waiting == Waiting::spins || waiting == Waiting::spins_then_parks);
}

/// CPUs for participants of whom so many share one; 0: as few as can be.
std::vector<int> cpus_for(std::uint32_t participants, std::uint32_t per_cpu) {
  if (per_cpu == 0) { return measure::choose_cpus(participants + 1); }
  return measure::choose_cpus((participants + per_cpu - 1) / per_cpu);
}

/// One pair, on each kind of region, in each crowd, under each quota, in each way to wait.
void add_pairs(BenchSet& set, const catalogue::ScenarioEntry& scenario, const catalogue::StrategyEntry& strategy,
               const ParamValues& values, const BenchSelection& selection) {
  run::Plan plan;
  plan.strategy = &strategy;
  plan.scenario = &scenario;
  plan.values = values;
  const std::span<const PollPolicy> waiting = polls(strategy) ? std::span(selection.waiting) : std::span(poll_policies_of_others);
  for (const shm::RegionKind region : regions_for(scenario, selection)) {
    plan.region = region;
    // Only a forked child inherits an anonymous mapping.
    plan.lane = region == shm::RegionKind::anonymous ? run::Lane::forked : run::Lane::processes;
    for (const std::uint32_t per_cpu : selection.per_cpu) {
      if (selection.pinned) { plan.cpus = cpus_for(scenario.participants(values), per_cpu); }
      for (const std::uint32_t quota : selection.cpu_quotas) {
        plan.cpu_quota_percent = quota;
        for (const PollPolicy& policy : waiting) {
          plan.poll_policy = policy;
          add_pair(set, plan, per_cpu);
        }
      }
    }
  }
}

}  // namespace

BenchSet bench_set(const BenchSelection& selection) {
  const auto scenarios = chosen_scenarios(selection.selection);
  const auto strategies = chosen_strategies(selection.selection);
  refuse_unknown_params(scenarios, selection.params);
  refuse_unknown_params(scenarios, selection.sweeps);
  BenchSet set;
  for (const catalogue::ScenarioEntry* scenario : scenarios) {
    if (!scenario->descriptor->timed) {
      const std::string name(scenario->name());
      set.skipped.push_back(
          {name + "/*", name, "*", "is made to find faults, not to be timed: see shmlab check", report::Cause::does_not_fit});
      continue;
    }
    for (const ParamValues& values : combinations_for(*scenario, selection)) {
      for (const catalogue::StrategyEntry* strategy : strategies) { add_pairs(set, *scenario, *strategy, values, selection); }
    }
  }
  return set;
}

}  // namespace shmlab::cli
