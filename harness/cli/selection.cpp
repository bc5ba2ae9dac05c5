#include "cli/selection.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "catalogue/glob.hpp"
#include "contract/error.hpp"

namespace shmlab::cli {
namespace {

using catalogue::ScenarioEntry;
using catalogue::StrategyEntry;

/// The entries that were marked, in catalogue order.
template <class Entry>
std::vector<const Entry*> in_order(const std::vector<Entry>& entries, const std::vector<const Entry*>& marked) {
  std::vector<const Entry*> chosen;
  for (const Entry& entry : entries) {
    if (std::ranges::find(marked, &entry) != marked.end()) { chosen.push_back(&entry); }
  }
  return chosen;
}

std::vector<const StrategyEntry*> meant_by(const std::string& pattern, bool controls) {
  std::vector<const StrategyEntry*> found = catalogue::strategies_matching(pattern);
  if (controls || !catalogue::has_wildcard(pattern)) { return found; }
  std::erase_if(found, [](const StrategyEntry* entry) { return entry->kind == Kind::control; });
  if (found.empty()) {
    throw BadInput(fmt::format("strategy '{}' stands for controls only: add --controls, or give a name in full", pattern));
  }
  return found;
}

}  // namespace

void add_globs(Options& options, Selection& selection) {
  options.texts("--strategy", "GLOB", selection.strategies, "Strategy name or glob; may be given several times");
  options.texts("--scenario", "GLOB", selection.scenarios, "Scenario name or glob; may be given several times");
}

void add_selection(Options& options, Selection& selection) {
  add_globs(options, selection);
  options.flag("--controls", selection.controls, "Let globs stand for strategies that are broken on purpose as well");
}

std::vector<const StrategyEntry*> chosen_strategies(const Selection& selection) {
  std::vector<const StrategyEntry*> marked;
  const std::vector<std::string> everything{"*"};
  for (const std::string& pattern : selection.strategies.empty() ? everything : selection.strategies) {
    std::ranges::copy(meant_by(pattern, selection.controls), std::back_inserter(marked));
  }
  return in_order(catalogue::all().strategies, marked);
}

std::vector<const ScenarioEntry*> chosen_scenarios(const Selection& selection) {
  std::vector<const ScenarioEntry*> marked;
  const std::vector<std::string> everything{"*"};
  for (const std::string& pattern : selection.scenarios.empty() ? everything : selection.scenarios) {
    std::ranges::copy(catalogue::scenarios_matching(pattern), std::back_inserter(marked));
  }
  return in_order(catalogue::all().scenarios, marked);
}

}  // namespace shmlab::cli
