#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <span>

#include "report/formats/formats.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

std::vector<CaseRow> measured_rows(const StoredRun& run) {
  std::vector<CaseRow> rows = case_rows(std::span(&run, 1));
  std::erase_if(rows, [](const CaseRow& row) { return row.is_control() || !std::isfinite(row.median_ns); });
  return rows;
}

/// The half of the interval, as a plus and minus.
std::string range_of(const CaseRow& row) {
  return std::isfinite(row.low_ns) && std::isfinite(row.high_ns) ? fmt::format("± {:.4g}", (row.high_ns - row.low_ns) / 2)
                                                                 : std::string{};
}

}  // namespace

json github_action_benchmark(const StoredRun& run) {
  json entries = json::array();
  for (const CaseRow& row : measured_rows(run)) {
    json entry{{"name", row.name},
               {"unit", "ns/op"},
               {"value", row.median_ns},
               {"extra", fmt::format("samples: {}\nkind: {}", row.samples_used, row.kind)}};
    if (const std::string range = range_of(row); !range.empty()) { entry["range"] = range; }
    entries.push_back(std::move(entry));
  }
  return entries;
}

json bencher(const StoredRun& run) {
  json report = json::object();
  for (const CaseRow& row : measured_rows(run)) {
    json latency{{"value", row.median_ns}};
    if (std::isfinite(row.low_ns) && std::isfinite(row.high_ns)) {
      latency["lower_value"] = row.low_ns;
      latency["upper_value"] = row.high_ns;
    }
    json& measures = report[row.name];
    measures["latency"] = std::move(latency);
    if (std::isfinite(row.operations_per_s)) { measures["throughput"] = {{"value", row.operations_per_s}}; }
  }
  return report;
}

}  // namespace shmlab::report
