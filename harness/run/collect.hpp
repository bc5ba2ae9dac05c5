#pragma once

#include "run/case_region.hpp"
#include "run/plan.hpp"
#include "run/result.hpp"
#include "run/supervisor.hpp"

namespace shmlab::run {

/// The result of a supervised case, read out of its region. All participants have ended.
Result collect(const Plan& plan, CaseRegion& region, const Supervisor& supervisor);

}  // namespace shmlab::run
