#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace shmlab::report {

/// Reads what Google Benchmark's JSON reporter wrote. It writes NaN and Infinity, which JSON does not have (Google Benchmark 1.7:
/// the coefficient of variation of a counter that is always 0); they become null. Throws nlohmann::json::parse_error for what is
/// not JSON in any other way.
nlohmann::json parse_google(std::string_view text);

}  // namespace shmlab::report
