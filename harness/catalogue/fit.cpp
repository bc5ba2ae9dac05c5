#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "contract/nearest.hpp"

namespace shmlab::catalogue {
namespace {

std::string needed(const ScenarioDescriptor& scenario) {
  std::vector<std::string_view> names;
  for (const Face face : scenario.faces) { names.push_back(to_string(face)); }
  return join(names, " or ");
}

std::string offered(FaceSet faces) {
  std::vector<std::string_view> names;
  for (const Face face : all_faces) {
    if (faces.contains(face)) { names.push_back(to_string(face)); }
  }
  return names.empty() ? "none" : join(names, " and ");
}

bool has_needed_face(const StrategyEntry& strategy, const ScenarioDescriptor& scenario) {
  return std::ranges::any_of(scenario.faces, [&](Face face) { return strategy.faces.contains(face); });
}

/// One limit of the strategy beside what the case asks for.
struct Demand {
  std::string_view one;
  std::string_view many;
  std::uint32_t limit = 0;  ///< 0: none
  std::uint32_t asked = 0;

  [[nodiscard]] bool exceeded() const { return limit != 0 && asked > limit; }
  [[nodiscard]] std::string why() const {
    return fmt::format("allows {} {}, the case has {}", limit, limit == 1 ? one : many, asked);
  }
};

std::array<Demand, 5> demands(const Limits& limits, const Config& config) {
  return {{{"participant", "participants", limits.participants, config.participants},
           {"writer", "writers", limits.writers, config.writers},
           {"reader", "readers", limits.readers, config.readers},
           {"payload byte", "payload bytes", limits.payload_bytes, config.payload_bytes},
           {"message of capacity", "messages of capacity", limits.capacity, config.capacity}}};
}

const CaseCode* code_of(const StrategyEntry& strategy, const ScenarioEntry& scenario, Build build) {
  const std::vector<CaseCode>& cases = build == Build::native ? strategy.cases : strategy.traced_cases;
  const auto found = std::ranges::find_if(cases, [&](const CaseCode& code) { return code.scenario->name == scenario.name(); });
  return found == cases.end() ? nullptr : &*found;
}

std::string why_no_code(const StrategyEntry& strategy, const ScenarioEntry& scenario, Build build) {
  if (build == Build::traced && strategy.traced_cases.empty()) {
    return "this program was built without tracing (SHMLAB_TRACED)";
  }
  if (scenario.attaches_late) {
    return "is opened by a name, which is gone before those who are late attach, or has what it holds with who may leave";
  }
  return "the program holds no code for this pair";
}

}  // namespace

const CaseCode* find_case(const StrategyEntry& strategy, const ScenarioEntry& scenario, const ParamValues& values,
                          std::string& why_not, Build build) {
  if (!has_needed_face(strategy, *scenario.descriptor)) {
    why_not = fmt::format("needs {}, has {}", needed(*scenario.descriptor), offered(strategy.faces));
    return nullptr;
  }
  if (!strategy.unavailable.empty()) {
    why_not = "unavailable: " + strategy.unavailable;
    return nullptr;
  }
  const CaseCode* const code = code_of(strategy, scenario, build);
  if (code == nullptr) {
    why_not = why_no_code(strategy, scenario, build);
    return nullptr;
  }
  if (strategy.carries_descriptors && scenario.creates_itself != nullptr && scenario.creates_itself(values)) {
    why_not = "needs descriptors that come with the region, so that no participant can create it";
    return nullptr;
  }
  if (scenario.misfit != nullptr) {
    why_not = scenario.misfit(values, code->face);
    if (!why_not.empty()) { return nullptr; }
  }
  const auto asked = demands(strategy.descriptor.limits, scenario.config(values, code->face));
  const auto exceeded = std::ranges::find_if(asked, &Demand::exceeded);
  if (exceeded != asked.end()) {
    why_not = exceeded->why();
    return nullptr;
  }
  why_not = code->refuses == nullptr ? std::string() : code->refuses(values);
  return why_not.empty() ? code : nullptr;
}

}  // namespace shmlab::catalogue
