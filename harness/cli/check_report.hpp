#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/exit_code.hpp"
#include "report/style.hpp"
#include "run/property.hpp"

namespace shmlab::cli {

/// A selected strategy that has no part in a selected scenario.
struct Misfit {
  std::string strategy;
  std::string scenario;
  std::string reason;
};

/// Everything that one `shmlab check` found out.
struct CheckReport {
  std::vector<run::PropertyReport> pairs;
  std::vector<Misfit> misfits;
  std::uint64_t seed = 0;
  std::chrono::nanoseconds time{0};
};

/// A finding wins over doubt, doubt over well-being.
ExitCode exit_code_of(const CheckReport& report);

/// {"cases": [{strategy, scenario, lane, verdict, detector, runs, seconds, why, replay}], "strategies": detector_json()}: one case for
/// each pair and lane that it ran in; a pair that never ran is one case.
nlohmann::json check_json(const CheckReport& report);

/// The same as JUnit XML: a test case for each pair and lane, failures for violations, errors for what has no answer, skipped cases for
/// what does not fit.
std::string check_junit(const CheckReport& report);

/// A table of the strategies by detector, every finding, what was cut short or left out, one line of summary. `with_pairs`: also a table of
/// the pairs, and the reason of each that does not fit.
std::string check_text(const CheckReport& report, const report::Style& style, bool with_pairs);

/// The command line that runs a finding again.
std::string replay_line(const run::PropertyFinding& finding);

}  // namespace shmlab::cli
