#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "report/style.hpp"

namespace shmlab::report {

/// One table of cases (from `context.shmlab.cases` of a result) that did the same job: fastest first, the best marked with `*`
/// when there is something to choose from, then notes on what is special about some rows. Never best: controls, and cases whose
/// samples are all far from the run's regime.
std::string case_table(std::span<const nlohmann::json* const> cases, const Style& style);

/// The pairs (from `context.shmlab.skipped`) that have no row, one paragraph for each reason.
std::string skipped_text(std::span<const nlohmann::json* const> skipped, const Style& style);

}  // namespace shmlab::report
