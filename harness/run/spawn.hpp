#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "run/child.hpp"

namespace shmlab::run {

/// What an exec'd participant process is told on its command line.
struct ParticipantOrder {
  std::vector<int> descriptors;        ///< CaseRegion::descriptors()
  std::optional<std::uint32_t> index;  ///< which participant; nothing: host all of them as threads
  std::string sanitizer_log;           ///< ThreadSanitizer build: where its reports go; empty: unchanged
};

/// fork + exec of this very program as a participant, in a process group of its own, with the region at descriptor 3, the
/// orders at descriptor 4, and what the objects carry from 5 on.
/// Throws BadInput when the system has no process left.
Child spawn_participant(const ParticipantOrder& order);

}  // namespace shmlab::run
