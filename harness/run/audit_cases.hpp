#pragma once

#include <string>
#include <vector>

#include "catalogue/entry.hpp"
#include "run/exploration.hpp"

namespace shmlab::run {

/// A scenario with parameters in which mutations are looked for.
struct AuditCase {
  const catalogue::ScenarioEntry* scenario = nullptr;
  ParamValues values{};
  ExplorationReport unmutated;

  /// Whether all its executions were seen, so that nothing in it is left to find.
  [[nodiscard]] bool is_small() const;
};

/// A scenario that an audit leaves out.
struct UnauditedCase {
  const catalogue::ScenarioEntry* scenario = nullptr;
  std::string reason;
};

/// The scenarios that fit, each as `shmlab explore` has it, with one operation, with messages whose last word is not full, and with more
/// messages than slots.
std::vector<AuditCase> audit_cases(const catalogue::StrategyEntry& strategy,
                                   const std::vector<const catalogue::ScenarioEntry*>& scenarios,
                                   const std::vector<std::string>& fixed, std::vector<UnauditedCase>& left_out);

}  // namespace shmlab::run
