#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace shmlab::report {

/// Reads a result that merge() made, from a file or a pipe. Throws BadInput with one line that names the path and what was
/// expected when it cannot be read, is empty, too large, truncated, not JSON, somebody else's JSON, of another schema version,
/// lacks what the tables need, or has figures that cannot be.
nlohmann::json load_result(const std::filesystem::path& path);

/// Reads any other JSON as carefully. Throws BadInput with one line, "`what` 'path' ...; expected `wanted`".
nlohmann::json load_json(const std::filesystem::path& path, std::string_view what, std::string_view wanted);

/// Writes a result so that `path` has, whatever happens, either its old contents or all of the new. A symbolic link is
/// followed; a device or a pipe is written in place. Throws BadInput when that is not possible, leaving nothing behind.
void write_result(const std::filesystem::path& path, const nlohmann::json& result);
/// The same with any text.
void write_text(const std::filesystem::path& path, std::string_view text);

}  // namespace shmlab::report
