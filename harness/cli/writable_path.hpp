#pragma once

#include <filesystem>
#include <string_view>

namespace shmlab::cli {

/// A path that cannot be written is told before minutes of work, not after: makes its folder, and throws BadInput naming `option`.
void require_writable(std::string_view option, const std::filesystem::path& path);

}  // namespace shmlab::cli
