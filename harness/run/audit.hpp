#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/entry.hpp"
#include "explore/mutation.hpp"
#include "explore/site_log.hpp"
#include "run/audit_cases.hpp"
#include "run/exploration.hpp"

namespace shmlab::run {

/// What an audit has shown of something in the source.
enum class Standing : std::uint8_t {
  needed,            ///< without it an execution is not ok
  not_shown_needed,  ///< every execution of every case that can be exhausted is ok without it
  undecided          ///< time was over before that was known
};
std::string_view to_string(Standing standing);

/// What became of a mutation of the source.
struct MutationResult {
  explore::Mutation mutation;
  Standing standing = Standing::undecided;
  ExplorationReport finding;     ///< where it is needed: the counter-example
  std::size_t exhausted = 0;     ///< cases of which every execution was seen
  std::size_t in_part = 0;       ///< cases of which some were
  std::uint64_t executions = 0;  ///< in all of them
  explore::BoundSet met;         ///< in those of them that were searched to the end or in part
};

/// One property of a site: its order, its order on failure, or that it is there.
struct AuditedPart {
  explore::Change change = explore::Change::order;
  Standing standing = Standing::undecided;
  /// Of an order: the weakest with which nothing is found. One that is undecided counts as too weak.
  std::memory_order weakest_that_holds = std::memory_order_seq_cst;
  std::vector<MutationResult> tried;  ///< the weakest first; what is stronger than one that holds was not tried

  [[nodiscard]] std::uint64_t executions() const;
};

struct AuditedSite {
  explore::SeenSite seen;  ///< its file is the one that `shmlab list` names
  std::vector<AuditedPart> parts;

  [[nodiscard]] bool is_needed() const;  ///< every part is
};

/// Which orders, fences, wakes, looks and stores carry a strategy, and which are stronger than needed. Sites are operations in files of
/// strategies/, and in those of contract/ that they are made of, that some execution comes to; those of the scenarios, of adapters and of objects of the system are taken for granted.
struct Audit {
  const catalogue::StrategyEntry* strategy = nullptr;
  std::vector<AuditCase> cases;           ///< the smallest first
  std::vector<UnauditedCase> left_out;    ///< with reasons
  std::vector<ExplorationReport> broken;  ///< what was found in the source as it is; then there are no sites
  std::vector<AuditedSite> sites;
  bool saw_all_cases = true;  ///< false: time was over before all sites were known
  std::chrono::nanoseconds time{0};

  [[nodiscard]] bool is_decided() const;
};

struct AuditBudget {
  explore::Settings settings{.bounds = {.most_steps = 1000, .most_deaths = 1}};  ///< but for executions, time, mutation and sites
  std::uint64_t executions = 200'000;  ///< of a case: with more it is not exhausted, but searched in part
  std::chrono::nanoseconds time{std::chrono::minutes{2}};
};

/// What has been done, and of how much, as "explore" or "audit".
using AuditProgress = std::function<void(std::string_view what, std::size_t done, std::size_t total, std::string_view name)>;

/// Audits a strategy in these scenarios. `fixed`: "name=value" of the parameters that are given.
/// Throws BadInput when none of the scenarios can be explored, or has such a parameter.
Audit audit(const catalogue::StrategyEntry& strategy, const std::vector<const catalogue::ScenarioEntry*>& scenarios,
            const std::vector<std::string>& fixed, const AuditBudget& budget, const AuditProgress& tell = {});

}  // namespace shmlab::run
