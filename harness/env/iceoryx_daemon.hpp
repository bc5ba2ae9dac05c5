#pragma once

#include <sys/types.h>

#include <string>

namespace shmlab::env {

/// RouDi, the daemon without which no process has an iceoryx runtime. One that runs already, the user's own, is used and left alone. Otherwise a
/// keeper is started, a process that starts the daemon, lives as long as any run of this user needs it, whose ends it sees however they end,
/// and then stops it; so several runs share one. No file tells them of each other: the keeper listens on a socket of the abstract namespace
/// (unix(7)).

/// Why there can be no daemon, or empty: one runs, or its program is in PATH and has room in /dev/shm.
std::string missing_iceoryx_daemon();

/// Returns when a daemon is ready, which then stays until this process ends. Throws Unavailable when there is none and none can be had.
/// Called by the creator of an object; not by several threads at a time.
void need_iceoryx_daemon();

/// Forks the keeper, a child of this process that outlives it. Its PID, or -1: the system has no process left. Call single-threaded.
pid_t start_iceoryx_keeper();

/// Who starts the keeper from now on, in place of this process: one who is not ended with the run.
void let_start_iceoryx_keeper(void (*starter)());

}  // namespace shmlab::env
