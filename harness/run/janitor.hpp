#pragma once

namespace shmlab::run {

/// Splits this process in three, so that whichever of them is killed, another is left to clean up after it:
///
///   front    the process that was started, which the user sees: waits, passes signals on, ends as the runner ended
///   janitor  its child, in a session of its own: waits for the end of either of the others
///   runner   the janitor's child: returns from here and does the work
///
/// All three adopt orphans (strays.hpp), so nobody below the runner can leave; where it can be had, those are in a cgroup of the run besides
/// (run_cgroup.hpp), so that nobody outruns who kills them. Once the runner has ended, or the front, which takes the runner with it, the janitor
/// kills who is left below, and unlinks every name of the run (run_names.hpp); the front does so if the janitor was killed. Also ends and
/// removes what dead runs left behind, once.
/// A keeper of iceoryx' daemon is the front's child, and ends by itself when no run needs it (env/iceoryx_daemon.hpp).
/// Call while single-threaded. Blocks SIGINT, SIGTERM and SIGHUP in the runner, until start_runner() has handlers for them.
void start_janitor();

}  // namespace shmlab::run
