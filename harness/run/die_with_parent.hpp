#pragma once

#include <sys/types.h>

namespace shmlab::run {

/// From now on this process is killed when its parent ends, however it ends (prctl(2), PR_SET_PDEATHSIG).
/// Exits at once when the parent has ended before: `parent` is who it must be.
/// The parent's thread that forked must live as long as the parent: the signal is tied to that thread.
void die_with_parent(pid_t parent);

}  // namespace shmlab::run
