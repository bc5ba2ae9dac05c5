#pragma once

namespace shmlab::env {

/// What a library with a broker of its own does, for a control: starts a process of another session that sleeps for good, no longer dies with
/// its parent and heeds no request to go (daemon(7), SysV daemons). Returns once it has lost its parent. A fork that fails leaves none.
void leave_daemon();

}  // namespace shmlab::env
