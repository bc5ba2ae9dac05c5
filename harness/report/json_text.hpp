#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace shmlab::report {

/// JSON for files and for --json: indented by two, arrays without objects on one line, a newline at the end.
/// Bytes that are not UTF-8 become U+FFFD; NaN and infinities become null. Never throws on account of the contents.
std::string to_text(const nlohmann::json& value);

}  // namespace shmlab::report
