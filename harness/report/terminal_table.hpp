#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "report/style.hpp"

namespace shmlab::report {

/// A result (from merge() or load_result()) for reading on a terminal: the machine and its floor, then a table for each
/// scenario and set of parameters, fastest first, the best marked, with notes and the pairs that were skipped.
std::string terminal_table(const nlohmann::json& result, const Style& style);

}  // namespace shmlab::report
