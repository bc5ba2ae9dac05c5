#include "catalogue/lookup.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "catalogue/glob.hpp"
#include "contract/error.hpp"
#include "contract/nearest.hpp"

namespace shmlab::catalogue {
namespace {

template <class Entry>
std::vector<std::string_view> names_of(const std::vector<Entry>& entries) {
  std::vector<std::string_view> names;
  names.reserve(entries.size());
  for (const Entry& entry : entries) { names.push_back(entry.name()); }
  return names;
}

template <class Entry>
BadInput unknown(std::string_view thing, const std::vector<Entry>& entries, std::string_view wanted) {
  if (entries.empty()) { return BadInput(fmt::format("unknown {} '{}': this program was built without any", thing, wanted)); }
  return BadInput(fmt::format("unknown {} '{}': expected a name that 'shmlab list' shows, or a glob; nearest is '{}'", thing,
                              wanted, nearest(wanted, names_of(entries))));
}

template <class Entry>
const Entry& exactly(std::string_view thing, const std::vector<Entry>& entries, std::string_view name) {
  const auto found = std::ranges::find_if(entries, [name](const Entry& entry) { return entry.name() == name; });
  if (found == entries.end()) { throw unknown(thing, entries, name); }
  return *found;
}

template <class Entry>
std::vector<const Entry*> matching(std::string_view thing, const std::vector<Entry>& entries, std::string_view pattern) {
  std::vector<const Entry*> found;
  for (const Entry& entry : entries) {
    if (matches_glob(pattern, entry.name())) { found.push_back(&entry); }
  }
  if (found.empty()) { throw unknown(thing, entries, pattern); }
  return found;
}

}  // namespace

const StrategyEntry& strategy_in(const Catalogue& catalogue, std::string_view name) {
  return exactly("strategy", catalogue.strategies, name);
}
const ScenarioEntry& scenario_in(const Catalogue& catalogue, std::string_view name) {
  return exactly("scenario", catalogue.scenarios, name);
}
std::vector<const StrategyEntry*> strategies_matching_in(const Catalogue& catalogue, std::string_view pattern) {
  return matching("strategy", catalogue.strategies, pattern);
}
std::vector<const ScenarioEntry*> scenarios_matching_in(const Catalogue& catalogue, std::string_view pattern) {
  return matching("scenario", catalogue.scenarios, pattern);
}

const StrategyEntry& strategy(std::string_view name) {
  return strategy_in(all(), name);
}
const ScenarioEntry& scenario(std::string_view name) {
  return scenario_in(all(), name);
}
std::vector<const StrategyEntry*> strategies_matching(std::string_view pattern) {
  return strategies_matching_in(all(), pattern);
}
std::vector<const ScenarioEntry*> scenarios_matching(std::string_view pattern) {
  return scenarios_matching_in(all(), pattern);
}

}  // namespace shmlab::catalogue
