#include "cli/check_by_detector.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "report/text_table.hpp"
#include "run/result.hpp"
#include "run/watching.hpp"

namespace shmlab::cli {
namespace {

using nlohmann::json;

/// violated wins over unknown, unknown over ok.
Judgement worse(Judgement one, Judgement other) {
  const auto rank = [](Judgement judgement) {
    return judgement == Judgement::violated ? 2 : judgement == Judgement::unknown ? 1 : 0;
  };
  return rank(one) < rank(other) ? other : one;
}

StrategyWatches& entry_of(std::vector<StrategyWatches>& all, std::string_view strategy) {
  const auto entry = std::ranges::find(all, strategy, &StrategyWatches::strategy);
  if (entry != all.end()) { return *entry; }
  all.push_back({.strategy = strategy, .watches = {}});
  for (const std::string_view detector : run::detector::of_runs) { all.back().watches.push_back({.detector = detector}); }
  return all.back();
}

Watch& watch_of(StrategyWatches& entry, std::string_view detector) {
  return *std::ranges::find(entry.watches, detector, &Watch::detector);
}

void add(StrategyWatches& entry, const std::optional<run::PropertyFinding>& finding) {
  if (!finding) { return; }
  Watch& watch = watch_of(entry, finding->detector);
  watch.judgement = worse(watch.judgement, finding->verdict.judgement);
}

std::string cell(const Watch& watch) {
  if (watch.judgement != Judgement::ok) { return std::string(to_string(watch.judgement)); }
  return watch.runs == 0 ? "-" : fmt::format("ok {}", watch.runs);
}

}  // namespace

std::vector<StrategyWatches> by_detector(const CheckReport& report) {
  std::vector<StrategyWatches> all;
  for (const run::PropertyReport& pair : report.pairs) {
    StrategyWatches& entry = entry_of(all, pair.strategy->name());
    entry.judgement = worse(entry.judgement, pair.judgement());
    for (const run::LaneReport& lane : pair.lanes) {
      for (const std::string_view detector : run::watching(*pair.scenario, lane.lane)) {
        watch_of(entry, detector).runs += lane.runs;
      }
    }
    add(entry, pair.violation);
    add(entry, pair.doubt);
  }
  return all;
}

std::string detector_table(const CheckReport& report, const report::Style& style) {
  std::vector<report::Column> columns{{.title = "strategy", .shortens = true}, {.title = "verdict"}};
  for (const std::string_view detector : run::detector::of_runs) { columns.push_back({.title = std::string(detector)}); }
  report::TextTable table(std::move(columns));
  for (const StrategyWatches& entry : by_detector(report)) {
    std::vector<std::string> cells{std::string(entry.strategy), std::string(to_string(entry.judgement))};
    for (const Watch& watch : entry.watches) { cells.push_back(cell(watch)); }
    const bool is_bad = entry.judgement == Judgement::violated;
    table.row(std::move(cells), is_bad ? report::Emphasis::bad : report::Emphasis::none);
  }
  return table.render(style);
}

json detector_json(const CheckReport& report) {
  json strategies = json::array();
  for (const StrategyWatches& entry : by_detector(report)) {
    json detectors = json::array();
    for (const Watch& watch : entry.watches) {
      json row{{"detector", watch.detector}, {"runs", watch.runs}};
      if (watch.runs > 0 || watch.judgement != Judgement::ok) { row["verdict"] = to_string(watch.judgement); }
      detectors.push_back(std::move(row));
    }
    strategies.push_back(
        {{"strategy", entry.strategy}, {"verdict", to_string(entry.judgement)}, {"detectors", std::move(detectors)}});
  }
  return strategies;
}

}  // namespace shmlab::cli
