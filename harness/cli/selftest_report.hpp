#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/exit_code.hpp"
#include "report/style.hpp"

namespace shmlab::cli {

/// What one detector made of one control.
struct DetectorRow {
  std::string detector;
  std::string unavailable;   ///< the reason, or empty
  std::uint64_t times = 0;   ///< tried
  std::uint64_t caught = 0;  ///< of them
  std::uint64_t runs = 0;    ///< in all
  double seconds = 0;        ///< in all

  [[nodiscard]] bool always() const { return times > 0 && caught == times; }
};

struct ControlRow {
  std::string name;
  std::string named;  ///< the detector that has to catch it
  std::string summary;
  std::vector<DetectorRow> by;

  /// What became of the detector that it names; nullptr: it was not tried.
  [[nodiscard]] const DetectorRow* named_row() const;
  /// Whether the named detector is none of this program's: nobody here can be expected to catch it.
  [[nodiscard]] bool is_for_later() const;
};

struct SelftestReport {
  std::vector<ControlRow> controls;
  double seconds = 0;
};

/// Not caught by the detector that is named: a finding. Not tried, since the detector is unavailable: inconclusive.
ExitCode exit_code_of(const SelftestReport& report);
/// {"controls": [{name, named_detector, caught, by: [{detector, caught, seconds, runs, times, caught_times, unavailable}]}]}
nlohmann::json selftest_json(const SelftestReport& report);
/// Takes over what another build found out, as selftest_json() gives it: rows of detectors that were unavailable here.
void merge(SelftestReport& into, const nlohmann::json& other);
std::string selftest_text(const SelftestReport& report, const report::Style& style);

}  // namespace shmlab::cli
