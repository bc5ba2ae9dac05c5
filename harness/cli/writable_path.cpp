#include "cli/writable_path.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "contract/error.hpp"

namespace shmlab::cli {

void require_writable(std::string_view option, const std::filesystem::path& path) {
  std::error_code error;
  if (path.has_parent_path()) { std::filesystem::create_directories(path.parent_path(), error); }
  if (error) { throw BadInput(fmt::format("{} '{}': cannot make its folder: {}", option, path.string(), error.message())); }
  if (std::filesystem::is_directory(path)) {
    throw BadInput(fmt::format("{} '{}': is a directory, expected a file", option, path.string()));
  }
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const bool device = std::filesystem::exists(path) && !std::filesystem::is_regular_file(path);
  if (access(device ? path.c_str() : folder.c_str(), W_OK) != 0) {
    throw BadInput(fmt::format("{} '{}': cannot be written: {}", option, path.string(),
                               std::error_code(errno, std::generic_category()).message()));
  }
}

}  // namespace shmlab::cli
