#pragma once

#include <string_view>

namespace shmlab::measure {

/// What the running program was built from; goes into every result file. All texts have static storage.
struct BuildInfo {
  std::string_view version;     ///< of the project, "0.1.0"
  std::string_view commit;      ///< `git describe --always --dirty` at the last build, "unknown" outside a git work tree
  std::string_view compiler;    ///< identification and version, "GNU 12.2.0"
  std::string_view flags;       ///< optimisation and code generation flags, without warnings and include paths
  std::string_view build_type;  ///< CMake's name for it, "Release"
};

/// Never fails; the same object at each call.
const BuildInfo& build_info();

}  // namespace shmlab::measure
