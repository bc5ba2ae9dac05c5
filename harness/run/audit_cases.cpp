#include "run/audit_cases.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "run/explored_case.hpp"

namespace shmlab::run {
namespace {

/// What a parameter takes in turn beside its value in `shmlab explore`.
struct Variation {
  std::string_view param;
  std::uint64_t value;
};
constexpr std::array variations{Variation{"operations", 1}, Variation{"payload_bytes", 12}};

bool is_fixed(std::string_view param, const std::vector<std::string>& fixed) {
  return std::ranges::any_of(fixed,
                             [=](std::string_view assignment) { return assignment.substr(0, assignment.find('=')) == param; });
}

/// Whether it moves the payload itself, so that the payload's size is its concern.
bool carries_payload(const catalogue::StrategyEntry& strategy) {
  return strategy.faces.contains(Face::snapshot) || strategy.faces.contains(Face::channel);
}

/// So many messages that the smallest ring of those that give slots back late uses one again.
constexpr std::uint64_t more_than_slots = 4;

/// As in `shmlab explore`, then with one operation, then with one message whose last word is not full, and with more messages than slots.
std::vector<ParamValues> variants(const catalogue::StrategyEntry& strategy, const catalogue::ScenarioEntry& scenario,
                                  const std::vector<std::string>& fixed) {
  std::vector<ParamValues> all{explored_values(scenario, fixed)};
  for (const auto& [param, value] : variations) {
    const std::size_t index = scenario.param_index(param);
    if (index == scenario.params.size() || is_fixed(param, fixed)) { continue; }
    if (param == "payload_bytes" && !carries_payload(strategy)) { continue; }
    if (value < scenario.params[index].low || value > scenario.params[index].high) { continue; }
    ParamValues values = all.back();
    values[index] = value;
    if (values != all.back()) { all.push_back(values); }
  }
  const std::size_t operations = scenario.param_index("operations");
  const bool has_slots = strategy.faces.contains(Face::channel) && scenario.param_index("capacity") < scenario.params.size();
  if (has_slots && operations < scenario.params.size() && !scenario.mourns && !is_fixed("operations", fixed)) {
    all.push_back(all.front());
    all.back()[operations] = more_than_slots;
  }
  return all;
}

}  // namespace

bool AuditCase::is_small() const {
  const explore::Exploration& exploration = unmutated.exploration;
  return exploration.is_exhaustive() && !exploration.met.contains(explore::Bound::preemptions) &&
         !exploration.met.contains(explore::Bound::steps);
}

std::vector<AuditCase> audit_cases(const catalogue::StrategyEntry& strategy,
                                   const std::vector<const catalogue::ScenarioEntry*>& scenarios,
                                   const std::vector<std::string>& fixed, std::vector<UnauditedCase>& left_out) {
  std::vector<AuditCase> cases;
  for (const catalogue::ScenarioEntry* scenario : scenarios) {
    for (const ParamValues& values : variants(strategy, *scenario, fixed)) {
      std::string reason = unexplorable(strategy, *scenario, values);
      if (reason.empty()) {
        cases.push_back({scenario, values, {}});
      } else if (left_out.empty() || left_out.back().scenario != scenario) {
        left_out.push_back({scenario, std::move(reason)});
      }
    }
  }
  return cases;
}

}  // namespace shmlab::run
