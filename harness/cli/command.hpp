#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "cli/exit_code.hpp"
#include "cli/options.hpp"

namespace shmlab::cli {

/// What a subcommand does once the command line has been read. Throws BadInput, Unavailable or run::Interrupted.
using Action = std::function<ExitCode()>;

/// A subcommand. Each one lives in a file of its own and is listed in commands().
struct Command {
  std::string_view name;
  std::string_view summary;   ///< one line
  std::string_view examples;  ///< the "Examples:" section of --help: lines "  shmlab ...", each ending in '\n'
  /// The storage of what is declared is owned by the action that is returned.
  Action (*declare)(Options options) = nullptr;
  bool takes_extras = false;  ///< the action looks at Options::remaining() itself, and refuses what nobody knows
};

/// All subcommands, in the order of the help text.
std::span<const Command> commands();

extern const Command list_command;
extern const Command bench_command;
extern const Command check_command;
extern const Command selftest_command;
extern const Command explore_command;
extern const Command audit_command;
extern const Command crash_command;
extern const Command replay_command;
extern const Command report_command;
extern const Command compare_command;
extern const Command observe_command;
extern const Command selfcheck_command;
extern const Command doctor_command;

}  // namespace shmlab::cli
