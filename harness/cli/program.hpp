#pragma once

#include "cli/exit_code.hpp"

namespace shmlab::cli {

/// Reads the command line and runs its subcommand. Whatever goes wrong becomes one line on standard error; never throws.
ExitCode run_program(int argc, char** argv) noexcept;

}  // namespace shmlab::cli
