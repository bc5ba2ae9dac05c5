#pragma once

#include <array>
#include <string>

namespace shmlab::env {

/// The name of an object that another library keeps in /dev/shm, for the strategies that wrap one. It lies in the region, NUL-terminated.
struct ObjectName {
  std::array<char, 64> characters;

  /// A fresh name of this run (shm/run_names.hpp): what is left under it the run's clean-up finds.
  static ObjectName fresh();
  /// As it is given to the library, without a slash.
  [[nodiscard]] std::string text() const;
  /// Whether this run made it: a participant may have written over it, and nothing else is to be removed.
  [[nodiscard]] bool is_of_this_run() const;
};

}  // namespace shmlab::env
