#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "measure/build_info.hpp"
#include "measure/clock.hpp"
#include "measure/doctor.hpp"
#include "measure/fingerprint.hpp"
#include "measure/floor.hpp"

namespace shmlab::report {

/// What the headings of tables and reports say about a scenario.
struct ScenarioInfo {
  std::string name;
  std::string summary;               ///< one phrase
  std::vector<std::string> metrics;  ///< what is measured; the first is the throughput and so says what an operation is
};

/// What holds for a whole run.
struct RunContext {
  measure::BuildInfo build;
  measure::Fingerprint machine;
  measure::Floors floors;
  measure::ClockScale clock;
  std::vector<measure::Warning> warnings;  ///< the doctor's
  std::string no_hardware_counters;        ///< why there are none; empty: there are
  std::chrono::system_clock::time_point started_at;
  double duration_s = 0;
  std::vector<std::string> command_line;  ///< the program and its arguments
  std::vector<int> cpus;                  ///< participant i was pinned to cpus[i % size]; empty: not pinned
  std::vector<ScenarioInfo> scenarios;    ///< in the order of the tables
};

}  // namespace shmlab::report
