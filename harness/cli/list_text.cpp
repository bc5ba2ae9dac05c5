#include <fmt/core.h>

#include <string>
#include <string_view>
#include <vector>

#include "cli/descriptor_facts.hpp"
#include "cli/list_view.hpp"
#include "contract/nearest.hpp"
#include "report/text_table.hpp"

namespace shmlab::cli {
namespace {

std::string contract_text(const DeathContract& contract) {
  std::string text;
  for (const auto& [role, outcome] : applicable_roles(contract)) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", role, to_string(outcome));
  }
  return text;
}

std::string limits_text(const Limits& limits) {
  std::string text;
  for (const auto& [what, limit] : own_limits(limits)) { text += fmt::format("{}{} {}", text.empty() ? "" : ", ", what, limit); }
  return text;
}

std::string params_text(const catalogue::ScenarioEntry& entry) {
  std::string text;
  for (const catalogue::ParamInfo& param : entry.params) {
    text += fmt::format("{}{} {}..{}", text.empty() ? "" : ", ", param.name, param.low, param.high);
  }
  return text;
}

std::string strategies_text(const std::vector<const catalogue::StrategyEntry*>& entries, const report::Style& style) {
  report::TextTable table({{.title = "strategy"},
                           {.title = "kind"},
                           {.title = "faces", .shortens = true},
                           {.title = "waiting"},
                           {.title = "limits", .optional = true},
                           {.title = "when one dies", .optional = true, .shortens = true},
                           {.title = "source", .optional = true, .shortens = true},
                           {.title = "unavailable", .optional = true, .shortens = true}});
  for (const catalogue::StrategyEntry* entry : entries) {
    const Descriptor& descriptor = entry->descriptor;
    table.row({std::string(entry->name()), std::string(to_string(entry->kind)), join(names_of(entry->faces)),
               std::string(to_string(descriptor.waiting)), limits_text(descriptor.limits), contract_text(descriptor.contract),
               std::string(descriptor.source), entry->unavailable});
  }
  return table.render(style);
}

std::string scenarios_text(const std::vector<const catalogue::ScenarioEntry*>& entries, const report::Style& style) {
  report::TextTable table({{.title = "scenario"},
                           {.title = "needs one of"},
                           {.title = "roles"},
                           {.title = "parameters", .optional = true, .shortens = true},
                           {.title = "summary", .shortens = true}});
  for (const catalogue::ScenarioEntry* entry : entries) {
    const ScenarioDescriptor& descriptor = *entry->descriptor;
    std::vector<std::string_view> faces;
    for (const Face face : descriptor.faces) { faces.push_back(to_string(face)); }
    table.row(
        {std::string(entry->name()), join(faces), join(descriptor.roles), params_text(*entry), std::string(descriptor.summary)});
  }
  return table.render(style);
}

}  // namespace

std::string list_text(const Listing& listing, const report::Style& style) {
  std::string text;
  if (!listing.strategies.empty()) { text += strategies_text(listing.strategies, style); }
  if (!listing.strategies.empty() && !listing.scenarios.empty()) { text += "\n"; }
  if (!listing.scenarios.empty()) { text += scenarios_text(listing.scenarios, style); }
  return text;
}

}  // namespace shmlab::cli
