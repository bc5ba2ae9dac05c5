#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace shmlab::report {

/// JSON for files and for --json: indented by two, arrays without objects on one line, a newline at the end.
/// All is ASCII and can be printed, and neither `</` nor `<!` is in it, so that it may stand in an HTML script and on a terminal.
/// Bytes that are not UTF-8 become U+FFFD; NaN and infinities become null. Never throws on account of the contents.
std::string to_text(const nlohmann::json& value);

}  // namespace shmlab::report
