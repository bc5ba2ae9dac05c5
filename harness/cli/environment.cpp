#include "cli/environment.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

#include "contract/error.hpp"
#include "shm/run_names.hpp"

namespace shmlab::cli {

void require_file_directory() {
  const std::string directory = shm::default_file_directory();
  const auto refuse = [&directory](const std::string& why) {
    return BadInput(
        fmt::format("regions of kind file go to '{}': {}; set TMPDIR to a directory that can be written", directory, why));
  };
  std::error_code error;
  const bool is_directory = std::filesystem::is_directory(directory, error);
  if (error) { throw refuse(error.message()); }
  if (!is_directory) { throw refuse("it is not a directory"); }
  if (access(directory.c_str(), W_OK | X_OK) != 0) { throw refuse(std::generic_category().message(errno)); }
}

}  // namespace shmlab::cli
