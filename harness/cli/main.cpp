#include "cli/exit_code.hpp"
#include "cli/program.hpp"
#include "run/startup.hpp"

int main(int argc, char** argv) {
  if (const auto code = shmlab::run::participant_main(argc, argv)) { return *code; }
  return shmlab::cli::to_int(shmlab::cli::run_program(argc, argv));
}
