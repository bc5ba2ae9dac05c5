#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/report_data.hpp"

namespace shmlab::cli {

/// The files that a report is made from.
struct ReportFiles {
  std::vector<std::string> results{};  ///< at least one
  std::optional<std::string> crash{};  ///< without it, the table that the source tree keeps, where the program lies in one
  std::vector<std::string> correctness{};
  std::optional<std::string> gate{};  ///< without it, the one that the source tree keeps, where there is one
};

/// Reads them all. Throws BadInput, with one line that names the file, for one that is no good.
report::ReportData read_report_data(const ReportFiles& files);

/// The HTML report. Its charts are drawn by the libraries that scripts/setup installs beside this program's build folder; where these are missing, or
/// with `is_static`, they are the static ones, and the page says why.
std::string html_report(const report::ReportData& data, bool is_static = false);

}  // namespace shmlab::cli
