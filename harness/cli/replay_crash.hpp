#pragma once

#include <cstdint>
#include <string>

#include "cli/exit_code.hpp"

namespace shmlab::cli {

/// `shmlab replay` for a token of a death: kills that victim again and again and writes what the survivors met. Throws BadInput for a token that
/// cannot be used.
ExitCode replay_crash(const std::string& token, std::uint64_t times, bool json);

}  // namespace shmlab::cli
