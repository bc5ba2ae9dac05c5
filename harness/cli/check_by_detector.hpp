#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/check_report.hpp"
#include "contract/verdict.hpp"
#include "report/style.hpp"

namespace shmlab::cli {

/// What one detector had to say about one strategy, in all scenarios and lanes that it watched.
struct Watch {
  std::string_view detector;
  std::uint64_t runs = 0;  ///< that it watched
  Judgement judgement = Judgement::ok;
};

struct StrategyWatches {
  std::string_view strategy;
  Judgement judgement = Judgement::ok;  ///< of all its pairs
  std::vector<Watch> watches;           ///< run::detector::of_runs, in that order
};

/// Every strategy of the report once, in the order of its first pair.
std::vector<StrategyWatches> by_detector(const CheckReport& report);

/// A row for each strategy, a column for each detector.
std::string detector_table(const CheckReport& report, const report::Style& style);

/// [{strategy, verdict, detectors: [{detector, verdict, runs}]}]; a detector that did not watch has runs 0 and no verdict.
nlohmann::json detector_json(const CheckReport& report);

}  // namespace shmlab::cli
