#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/exit_code.hpp"
#include "report/style.hpp"
#include "run/audit.hpp"

namespace shmlab::cli {

/// Everything that one `shmlab audit` found out.
struct AuditReport {
  run::AuditBudget budget;
  std::vector<run::Audit> audits;
};

/// What is violated as it is, is a finding, and wins; then what is undecided. An order that is stronger than needed is neither.
ExitCode exit_code_of(const AuditReport& report);

/// The word that shows a counter-example again.
std::string audit_token(const run::MutationResult& result);

/// What is asked of a site: "acquire", "acquire on failure", "the wake".
std::string property_text(const explore::SeenSite& seen, const run::AuditedPart& part);
/// What a counter-example comes to: "data race", of "data race: P1 reads at ..."; "torn", of "P0: torn".
std::string finding_text(const run::MutationResult& result);

/// {"strategy", "sites": [{file, line, column, operation, order, weakest_that_holds, needed, replay, parts: [...]}], "cases": [...],
/// "left_out": [...], ...}; of several strategies {"audits": [those]}.
nlohmann::json audit_json(const AuditReport& report);

/// A table for each strategy, a row for each property of a site in the order of the source, and what every row means.
std::string audit_text(const AuditReport& report, const report::Style& style);

}  // namespace shmlab::cli
