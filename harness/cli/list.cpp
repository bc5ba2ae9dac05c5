#include <unistd.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "cli/list_view.hpp"
#include "cli/output.hpp"
#include "cli/selection.hpp"
#include "contract/nearest.hpp"
#include "report/json_text.hpp"

namespace shmlab::cli {
namespace {

constexpr Kind all_kinds[] = {Kind::own, Kind::adapter, Kind::peer, Kind::baseline, Kind::control};

Kind kind_from(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Kind kind : all_kinds) {
    if (to_string(kind) == name) { return kind; }
    names.push_back(to_string(kind));
  }
  throw unknown_name("kind of strategy", name, names);
}

struct ListOptions {
  Selection selection;
  std::vector<std::string> kinds;
  bool json = false;
};

Listing listing_of(const ListOptions& options) {
  std::vector<Kind> kinds;
  for (const std::string& name : options.kinds) { kinds.push_back(kind_from(name)); }
  Listing listing{chosen_strategies(options.selection), chosen_scenarios(options.selection)};
  if (!kinds.empty()) {
    std::erase_if(listing.strategies, [&](const auto* entry) { return std::ranges::find(kinds, entry->kind) == kinds.end(); });
  }
  return listing;
}

/// In text, filtering one half means that the other one is not of interest.
void keep_what_was_asked(const ListOptions& options, Listing& listing) {
  const bool by_strategy = !options.selection.strategies.empty() || !options.kinds.empty();
  const bool by_scenario = !options.selection.scenarios.empty();
  if (by_strategy && !by_scenario) { listing.scenarios.clear(); }
  if (by_scenario && !by_strategy) { listing.strategies.clear(); }
}

ExitCode run_list(const ListOptions& options) {
  Listing listing = listing_of(options);
  if (options.json) {
    write_output(report::to_text(list_json(listing)));
    return ExitCode::ok;
  }
  keep_what_was_asked(options, listing);
  write_output(list_text(listing, report::style_for(STDOUT_FILENO)));
  return ExitCode::ok;
}

Action declare_list(Options options) {
  const auto chosen = std::make_shared<ListOptions>();
  chosen->selection.controls = true;
  add_globs(options, chosen->selection);
  options.texts("--kind", "KIND", chosen->kinds, "Only strategies that are own, adapter, peer, baseline or control");
  options.flag("--json", chosen->json, "Print one JSON object");
  return [chosen] { return run_list(*chosen); };
}

}  // namespace

const Command list_command{.name = "list",
                           .summary = "Show strategies and scenarios",
                           .examples =
                               "  shmlab list\n"
                               "  shmlab list --kind own --kind control\n"
                               "  shmlab list --strategy '*mutex*' --json\n",
                           .declare = declare_list};

}  // namespace shmlab::cli
