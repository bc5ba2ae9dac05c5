#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shmlab::cli {

/// Checks flags meant for Google Benchmark (1.7, user guide "Command line") before it sees them: it would print its own usage and
/// end the program with success. Throws BadInput for an unknown flag (with the nearest), or a value that cannot be used.
void check_google_flags(const std::vector<std::string>& flags);

/// Whether a filter (a regular expression; with '-' before it, of what is left out) lets a benchmark of that full name run. An empty one, and "all", let
/// all run.
bool lets_run(const std::string& filter, const std::string& full_name);

/// How many repetitions `flags`, which have been checked, ask for; `otherwise` where they ask for none.
std::uint32_t repetitions_in(const std::vector<std::string>& flags, std::uint32_t otherwise);

/// Whether `flags` asks for the names of the benchmarks instead of running them.
bool asks_for_list(const std::vector<std::string>& flags);

}  // namespace shmlab::cli
