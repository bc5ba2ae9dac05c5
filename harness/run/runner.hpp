#pragma once

#include "run/plan.hpp"
#include "run/result.hpp"

namespace shmlab::run {

/// Runs one case in its lane and judges it. Leaves no process and no name behind, whatever happens.
/// Throws BadInput (a limit of the machine: /dev/shm full, too many processes), Unavailable (this region kind cannot reach
/// this lane, the strategy cannot be had), Interrupted (Ctrl-C).
Result run_case(const Plan& plan);

}  // namespace shmlab::run
