#pragma once

#include <filesystem>
#include <string>

namespace shmlab::cli::testing {

/// The program under test: it is built into the folder of the test program.
inline std::string shmlab_binary() {
  return std::filesystem::read_symlink("/proc/self/exe").replace_filename("shmlab").string();
}

}  // namespace shmlab::cli::testing
