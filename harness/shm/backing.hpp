#pragma once

#include <string>

#include "contract/error.hpp"
#include "shm/region_kind.hpp"

namespace shmlab::shm {

/// Another has created a region of that name already.
class RegionExists : public BadInput {
 public:
  using BadInput::BadInput;
};

/// A new, empty file that will hold a region.
struct Backing {
  int fd = -1;
  std::string name{};  ///< what opens it again; empty for a memfd
};

/// Makes one, exclusively, with mode 0600 and close-on-exec, under a fresh name of this run; anonymous regions have none (fd -1).
/// `directory` is for kind file; empty: default_file_directory(). `name`: a fresh_name(), or empty.
/// Throws BadInput when it may not be made there, RegionExists when there is one of that name, Unavailable when the system lacks the kind.
Backing create_backing(RegionKind kind, const std::string& directory, const std::string& name);

/// Opens one by name, for reading and writing. Throws BadInput when the name is none that create_backing() gives, or when it is missing, not a regular file, not this user's, or open to
/// others, or when the kind has no names.
int open_backing(RegionKind kind, const std::string& name);

/// Removes the name. ENOENT is fine; throws std::system_error otherwise.
void remove_backing(RegionKind kind, const std::string& name);

/// How messages call a region of that kind: "posix_shm region '/dev/shm/shmlab-...'".
std::string describe(RegionKind kind, const std::string& name);

}  // namespace shmlab::shm
