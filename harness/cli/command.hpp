#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "cli/exit_code.hpp"

namespace shmlab::cli {

/// What a subcommand does once the command line has been read. Throws BadInput, Unavailable or run::Interrupted.
using Action = std::function<ExitCode()>;

/// A subcommand. Each one lives in a file of its own and is listed in commands().
struct Command {
  std::string_view name;
  std::string_view summary;   ///< one line
  std::string_view examples;  ///< the "Examples:" section of --help: lines "  shmlab ...", each ending in '\n'
  /// Declares the options on `app`; the options' storage is owned by the action that is returned.
  Action (*declare)(CLI::App& app) = nullptr;
  bool takes_extras = false;  ///< the action looks at app.remaining() itself, and refuses what nobody knows
};

/// All subcommands, in the order of the help text.
std::span<const Command> commands();

extern const Command list_command;
extern const Command bench_command;
extern const Command check_command;
extern const Command selftest_command;
extern const Command explore_command;
extern const Command replay_command;
extern const Command report_command;
extern const Command doctor_command;

/// Throws BadInput for an argument that `app` (a subcommand) does not know, with the nearest option that it does.
[[noreturn]] void refuse_argument(const CLI::App& app, const std::string& argument);

}  // namespace shmlab::cli
