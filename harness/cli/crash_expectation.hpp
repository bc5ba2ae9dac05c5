#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "crash/crash.hpp"

namespace shmlab::cli {

/// What is written down of deaths: {"expected": [{strategy, role, survivor, course}]}, where a course says what the survivor met at one point after
/// the other, so that it does not change with a line number.
nlohmann::json crash_expectation(const std::vector<crash::CrashReport>& reports);

/// Where the reports are other than what was written down, a line each. Strategies that are in only one of the two are passed over: others may
/// have been asked for, and a new strategy is no drift.
/// Throws BadInput, naming `path`, when that is not such a table.
std::vector<std::string> drifts_from(const std::filesystem::path& path, const std::vector<crash::CrashReport>& reports);

}  // namespace shmlab::cli
