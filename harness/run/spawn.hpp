#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "run/child.hpp"

namespace shmlab::run {

/// What an exec'd participant process is told on its command line.
struct ParticipantOrder {
  int region_fd = -1;
  std::optional<std::uint32_t> index;  ///< which participant; nothing: host all of them as threads
  std::string sanitizer_log;           ///< ThreadSanitizer build: where its reports go; empty: unchanged
};

/// fork + exec of this very program as a participant, in a process group of its own, with the region at descriptor 3 and the
/// orders at descriptor 4.
/// Throws BadInput when the system has no process left.
Child spawn_participant(const ParticipantOrder& order);

}  // namespace shmlab::run
