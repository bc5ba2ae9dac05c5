#pragma once

#include <memory>
#include <string>
#include <vector>

#include "run/case_region.hpp"
#include "run/host.hpp"
#include "run/plan.hpp"

namespace shmlab::run {

using Hosts = std::vector<std::unique_ptr<Host>>;

/// Starts what a lane keeps from case to case, if it is not there yet.
void prepare_lane(Lane lane);

/// Starts the participants of a case in its lane. Throws Unavailable when the region kind cannot reach the lane,
/// BadInput when the machine has no process left. `sanitizer_log`: see ParticipantOrder.
Hosts start_hosts(const Plan& plan, CaseRegion& region, const std::string& sanitizer_log);

/// One exec'd process for each participant.
Hosts start_processes(CaseRegion& region, const std::string& sanitizer_log);
/// Workers of the pool; for an anonymous region, children forked for this case alone, since only they inherit it.
Hosts start_forked(CaseRegion& region);
/// One exec'd process that runs every participant as a thread on one mapping.
Hosts start_threads(CaseRegion& region, const std::string& sanitizer_log);

}  // namespace shmlab::run
