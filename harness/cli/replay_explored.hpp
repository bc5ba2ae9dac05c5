#pragma once

#include <cstdint>
#include <string>

#include "cli/exit_code.hpp"

namespace shmlab::cli {

/// `shmlab replay` for a token of the explorer: writes the execution and how often it came again. Throws BadInput for a token that cannot be
/// used.
ExitCode replay_explored(const std::string& token, std::uint64_t times, bool json);

}  // namespace shmlab::cli
