#pragma once

namespace shmlab::cli {

/// What the program tells its caller; the same in every subcommand.
enum class ExitCode : int {
  ok = 0,
  finding = 1,         ///< a violation, a regression, a broken contract
  bad_input = 2,       ///< a flag, file, name or machine limit that cannot be used
  inconclusive = 3,    ///< the budget ended first, or a verdict is unknown
  not_comparable = 4,  ///< of `compare`: results of different machines
  failed = 5,          ///< of `compare`: a case could not be measured, or was not correct
  interrupted = 130,   ///< SIGINT, SIGTERM or SIGHUP; everything is cleaned up
  broken_pipe = 141    ///< whoever read standard output has gone
};

constexpr int to_int(ExitCode code) {
  return static_cast<int>(code);
}

}  // namespace shmlab::cli
