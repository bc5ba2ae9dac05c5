#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "report/style.hpp"

namespace shmlab::cli {

/// What `shmlab list` shows. A part that was not asked for is empty.
struct Listing {
  std::vector<const catalogue::StrategyEntry*> strategies;
  std::vector<const catalogue::ScenarioEntry*> scenarios;
};

/// {"strategies": [...], "scenarios": [...]}. Limits and roles of the death contract that do not apply are left out;
/// a scenario's face is the one that it prefers.
nlohmann::json list_json(const Listing& listing);

/// A table of the strategies and one of the scenarios.
std::string list_text(const Listing& listing, const report::Style& style);

}  // namespace shmlab::cli
