#include <array>

#include "cli/command.hpp"

namespace shmlab::cli {

std::span<const Command> commands() {
  static const std::array all{list_command,    bench_command,     check_command,  selftest_command, explore_command,
                              audit_command,   crash_command,     replay_command, report_command,   compare_command,
                              observe_command, selfcheck_command, doctor_command};
  return all;
}

}  // namespace shmlab::cli
