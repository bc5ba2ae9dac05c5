#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "report/case_result.hpp"
#include "report/run_context.hpp"

namespace shmlab::report {

/// Of `context.shmlab`; a reader refuses any other.
inline constexpr int schema_version = 1;

/// One result in Google Benchmark's schema: `google` (an object, as its JSON reporter wrote it) unchanged, with everything that
/// is ours in `context.shmlab`. results/schema.json describes it. Derived figures are computed here: medians with intervals and
/// percentiles over the samples that are not `far`, or over all when all are.
nlohmann::json merge(const nlohmann::json& google, const RunContext& context, std::span<const CaseResult> cases,
                     std::span<const Skipped> skipped);

}  // namespace shmlab::report
