#pragma once

#include <string>
#include <vector>

namespace shmlab::cli {

/// Checks flags meant for Google Benchmark (1.7, user guide "Command line") before it sees them: it would print its own usage and
/// end the program with success. Throws BadInput for an unknown flag (with the nearest), or a value that cannot be used.
void check_google_flags(const std::vector<std::string>& flags);

/// Whether `flags` asks for the names of the benchmarks instead of running them.
bool asks_for_list(const std::vector<std::string>& flags);

}  // namespace shmlab::cli
