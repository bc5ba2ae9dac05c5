#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "report/document.hpp"

namespace shmlab::report {

/// What report.js makes specifications for Vega-Lite of: {"names": [...], "charts": [{"id", "kind", "description", "group_title",
/// "x": {title, log}, "y": {...}, "points": [[series, group, x, ...]]}]}, where series and group are indices into the names. Behind x stand low
/// and high of dots, y of lines, y and 0 or 1 (named) of a scatter.
nlohmann::json charts_json(std::span<const Chart* const> charts);

}  // namespace shmlab::report
