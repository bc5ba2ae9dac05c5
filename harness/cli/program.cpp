#include "cli/program.hpp"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "contract/error.hpp"
#include "contract/nearest.hpp"
#include "measure/build_info.hpp"
#include "report/printable.hpp"
#include "run/interrupt.hpp"
#include "run/privileges.hpp"

namespace shmlab::cli {
namespace {

constexpr std::string_view description = "shmlab measures and checks synchronisation between processes over shared memory.";
constexpr std::string_view exit_codes =
    "Exit codes: 0 all well; 1 a finding; 2 bad usage or input; 3 inconclusive; 130 interrupted; of compare also\n"
    "4 not comparable, 5 a case failed.\n"
    "Examples:\n"
    "  shmlab list\n"
    "  shmlab check --budget 10s\n"
    "  shmlab bench --help";

std::string version_text() {
  const measure::BuildInfo& build = measure::build_info();
  return fmt::format("shmlab {} (commit {}, {}, {})", build.version, build.commit, build.compiler, build.build_type);
}

/// A subcommand as it was declared for this command line.
struct Declared {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
  Action action;
};

std::vector<Declared> declare(CLI::App& program) {
  program.set_version_flag("--version", version_text, "Print version, commit and compiler");
  program.footer(std::string(exit_codes));
  program.allow_extras();
  program.require_subcommand(0, 1);
  std::vector<Declared> declared;
  for (const Command& command : commands()) {
    CLI::App* const app = program.add_subcommand(std::string(command.name), std::string(command.summary));
    app->allow_extras();
    app->footer("Examples:\n" + std::string(command.examples.substr(0, command.examples.find_last_not_of('\n') + 1)));
    declared.push_back({&command, app, command.declare(Options(*app))});
  }
  return declared;
}

std::vector<std::string_view> command_names() {
  std::vector<std::string_view> names;
  for (const Command& command : commands()) { names.push_back(command.name); }
  return names;
}

[[noreturn]] void refuse_subcommand(CLI::App& program) {
  const std::vector<std::string_view> names = command_names();
  const std::vector<std::string> rest = program.remaining();
  if (rest.empty()) { throw BadInput(fmt::format("no subcommand: expected {}; see 'shmlab --help'", join(names))); }
  if (rest.front().starts_with('-')) { Options(program).refuse(rest.front()); }
  throw unknown_name("subcommand", rest.front(), names);
}

/// What CLI11 found wrong, in our words where its own are obscure.
BadInput explained(const CLI::ParseError& error) {
  const std::string text = error.what();
  const std::string option = text.substr(0, text.find(':'));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && option.starts_with('-')) {
    const bool missing = text.ends_with("missing");
    return BadInput(fmt::format("option '{}' {}", option, missing ? "needs a value" : "may be given only once"));
  }
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {  // only flags are left to CLI11 to convert
    return BadInput(fmt::format("{}: a flag takes no value", text));
  }
  return BadInput(fmt::format("{}; see 'shmlab --help'", text));
}

ExitCode dispatch(int argc, char** argv) {
  CLI::App program{std::string(description), "shmlab"};
  const std::vector<Declared> declared = declare(program);
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    write_output(program.help());
    return ExitCode::ok;
  } catch (const CLI::CallForVersion& version) {
    write_output(fmt::format("{}\n", version.what()));
    return ExitCode::ok;
  } catch (const CLI::ParseError& error) { throw explained(error); }
  if (!program.remaining().empty()) { refuse_subcommand(program); }
  for (const Declared& candidate : declared) {
    if (!candidate.app->parsed()) { continue; }
    const std::vector<std::string> rest = candidate.app->remaining();
    if (!candidate.command->takes_extras && !rest.empty()) { Options(*candidate.app).refuse(rest.front()); }
    return candidate.action();
  }
  refuse_subcommand(program);
}

/// One line on standard error; when that cannot be written either, the exit code has to do.
ExitCode complain(std::string_view why, ExitCode code) {
  const std::string line = "shmlab: " + report::printable(why) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
  return code;
}

}  // namespace

ExitCode run_program(int argc, char** argv) noexcept {
  try {
    prepare_standard_streams();
    run::refuse_foreign_rights();
    const ExitCode code = dispatch(argc, argv);
    finish_output();
    return code;
  } catch (const OutputClosed&) { return ExitCode::broken_pipe; } catch (const run::Interrupted& interrupt) {
    return complain(interrupt.what(), ExitCode::interrupted);
  } catch (const std::exception& error) { return complain(error.what(), ExitCode::bad_input); }
}

}  // namespace shmlab::cli
