#pragma once

namespace shmlab::run {

/// Forks a small process that waits for this one to end, however it ends, then unlinks every name of its run (run_names.hpp) and
/// exits. It holds none of our descriptors and survives the terminal's signals. Also removes what dead runs left behind, once.
/// Call while single-threaded. At a normal exit it is told to go first, so that nothing is left running.
void start_janitor();

}  // namespace shmlab::run
