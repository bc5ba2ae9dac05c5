#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace shmlab::report {

/// Google Benchmark's `run_name` of the rows of a case, which is the case's name with what it appends about the run
/// ("/iterations:1/repeats:5/manual_time"); null when `google` has no row of that case.
nlohmann::json run_name_of(const nlohmann::json& google, std::string_view case_name);

/// Google Benchmark's name for a row without what it appends about the run.
std::string_view without_run_suffix(std::string_view run_name);

}  // namespace shmlab::report
