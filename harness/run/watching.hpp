#pragma once

#include <string_view>
#include <vector>

#include "catalogue/entry.hpp"
#include "run/plan.hpp"

namespace shmlab::run {

/// The detectors (run/result.hpp) that would have said so if a run of this scenario in this lane had gone wrong.
std::vector<std::string_view> watching(const catalogue::ScenarioEntry& scenario, Lane lane);

}  // namespace shmlab::run
