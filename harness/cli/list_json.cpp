#include <nlohmann/json.hpp>

#include "cli/descriptor_facts.hpp"
#include "cli/list_view.hpp"

namespace shmlab::cli {
namespace {

using nlohmann::json;

json strategy_json(const catalogue::StrategyEntry& entry) {
  json limits = json::object();
  for (const auto& [what, limit] : own_limits(entry.descriptor.limits)) { limits[std::string(what)] = limit; }
  json contract = json::object();
  for (const auto& [role, outcome] : applicable_roles(entry.descriptor.contract)) {
    contract[std::string(role)] = to_string(outcome);
  }
  return {{"name", entry.name()},
          {"kind", to_string(entry.kind)},
          {"faces", names_of(entry.faces)},
          {"available", entry.unavailable.empty()},
          {"reason", entry.unavailable},
          {"limits", std::move(limits)},
          {"waiting", to_string(entry.descriptor.waiting)},
          {"contract", std::move(contract)},
          {"source", entry.descriptor.source},
          {"file", entry.file}};
}

json scenario_json(const catalogue::ScenarioEntry& entry) {
  const ScenarioDescriptor& descriptor = *entry.descriptor;
  return {{"name", entry.name()},
          {"face", descriptor.faces.empty() ? std::string_view() : to_string(descriptor.faces.front())},
          {"roles", descriptor.roles},
          {"invariants", descriptor.invariants},
          {"metrics", descriptor.metrics}};
}

}  // namespace

json list_json(const Listing& listing) {
  json strategies = json::array();
  for (const catalogue::StrategyEntry* entry : listing.strategies) { strategies.push_back(strategy_json(*entry)); }
  json scenarios = json::array();
  for (const catalogue::ScenarioEntry* entry : listing.scenarios) { scenarios.push_back(scenario_json(*entry)); }
  return {{"strategies", std::move(strategies)}, {"scenarios", std::move(scenarios)}};
}

}  // namespace shmlab::cli
