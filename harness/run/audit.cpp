#include "run/audit.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "contract/error.hpp"
#include "run/audit_sites.hpp"

namespace shmlab::run {
namespace {

using explore::Change;
using explore::Mutation;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

/// Few of those with at most one preemption come first: what they find is easy to read.
constexpr std::uint32_t few_preemptions = 1;
constexpr std::uint64_t most_of_preemptions = 2'000;
/// A mutation may have more executions than the source; and of a case that is not small so many are enough.
constexpr std::uint64_t times_as_many = 20;
constexpr std::uint64_t part = 5'000;

/// Executions that a mutation makes endless are cut short, or have only fair schedules: bounds, which are told.
bool has_come_to_end(const explore::Exploration& exploration) {
  const bool saw_fair_ones =
      exploration.end == explore::ExplorationEnd::gave_up && exploration.met.contains(explore::Bound::fairness);
  return (exploration.is_exhaustive() && !exploration.met.contains(explore::Bound::preemptions)) || saw_fair_ones;
}

class Auditor {
 public:
  Auditor(Audit& audit, const AuditBudget& budget, const AuditProgress& tell)
      : audit_(audit), budget_(budget), tell_(tell), began_(steady_clock::now()) {}

  /// What every case is without a mutation, and which sites there are.
  std::vector<explore::SeenSite> explore_unmutated() {
    explore::SiteLog log;
    ExplorationBudget budget = exploration(budget_.executions);
    budget.settings.sites = &log;
    std::vector<AuditCase>& cases = audit_.cases;
    for (std::size_t i = 0; i < cases.size(); ++i) {
      told("explore", i, cases.size());
      budget.time = left();
      cases[i].unmutated = explore_pair(*audit_.strategy, *cases[i].scenario, cases[i].values, budget);
      cases[i].unmutated.settings.sites = nullptr;
      keep(cases[i].unmutated);
    }
    std::erase_if(cases, [](const AuditCase& one) { return !one.unmutated.unavailable.empty(); });
    std::ranges::sort(cases, {}, [](const AuditCase& one) {
      return std::tuple(!one.is_small(), one.unmutated.exploration.steps, one.scenario->name(), one.values);
    });
    return own_sites(log, audit_.strategy->file);
  }

  void examine(const std::vector<explore::SeenSite>& sites) {
    for (std::size_t i = 0; i < sites.size(); ++i) {
      told("audit", i, sites.size());
      AuditedSite site{sites[i], parts_of(sites[i])};
      for (AuditedPart& one : site.parts) { examine(sites[i], one); }
      audit_.sites.push_back(std::move(site));
    }
    told("audit", sites.size(), sites.size());
  }

  [[nodiscard]] nanoseconds passed() const { return steady_clock::now() - began_; }

 private:
  [[nodiscard]] nanoseconds left() const { return std::max(nanoseconds{0}, budget_.time - passed()); }

  [[nodiscard]] ExplorationBudget exploration(std::uint64_t executions) const {
    ExplorationBudget one;
    one.settings = budget_.settings;
    one.settings.most_executions = executions;
    one.preemptions = few_preemptions;
    one.most_of_preemptions = most_of_preemptions;
    one.samples = 0;
    return one;
  }

  void told(std::string_view what, std::size_t done, std::size_t total) const {
    if (tell_) { tell_(what, done, total, audit_.strategy->name()); }
  }

  void keep(const ExplorationReport& report) {
    if (!report.unavailable.empty()) {
      audit_.left_out.push_back({report.scenario, report.unavailable});
    } else if (!report.exploration.verdict.is_ok()) {
      audit_.broken.push_back(report);
    } else if (!has_come_to_end(report.exploration) && left() == nanoseconds{0}) {
      audit_.saw_all_cases = false;
    }
  }

  void examine(const explore::SeenSite& seen, AuditedPart& property) {
    for (const Mutation& mutation : mutations_of(seen, property.change)) {
      property.tried.push_back(examine(mutation));
      property.standing = property.tried.back().standing;
      if (property.standing == Standing::not_shown_needed) {
        property.weakest_that_holds = mutation.to;
        return;
      }
    }
    const bool is_open =
        std::ranges::any_of(property.tried, [](const MutationResult& one) { return one.standing == Standing::undecided; });
    if (is_open) { property.standing = Standing::undecided; }
  }

  /// In every case, the smallest first, until something is found.
  MutationResult examine(const Mutation& mutation) {
    MutationResult result;
    result.mutation = mutation;
    result.standing = Standing::not_shown_needed;
    for (const AuditCase& one : audit_.cases) {
      const bool is_small = one.is_small();
      ExplorationBudget budget = exploration(is_small ? times_as_many * budget_.executions : part);
      budget.settings.mutation = mutation;
      budget.time = left();
      ExplorationReport report = explore_pair(*audit_.strategy, *one.scenario, one.values, budget);
      result.executions += report.exploration.executions;
      if (report.exploration.verdict.judgement == Judgement::violated) {
        result.standing = Standing::needed;
        result.finding = std::move(report);
        return result;
      }
      const bool has_all = has_come_to_end(report.exploration);
      result.met.insert(report.exploration.met);
      ++(has_all ? result.exhausted : result.in_part);
      if (is_small && !has_all) { result.standing = Standing::undecided; }
    }
    return result;
  }

  Audit& audit_;
  const AuditBudget& budget_;
  const AuditProgress& tell_;
  steady_clock::time_point began_;
};

}  // namespace

std::string_view to_string(Standing standing) {
  switch (standing) {
    case Standing::needed: return "needed";
    case Standing::not_shown_needed: return "not shown needed";
    case Standing::undecided: return "undecided";
  }
  return "unknown";
}

std::uint64_t AuditedPart::executions() const {
  return std::accumulate(tried.begin(), tried.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const MutationResult& one) { return sum + one.executions; });
}

bool AuditedSite::is_needed() const {
  return std::ranges::all_of(parts, [](const AuditedPart& one) { return one.standing == Standing::needed; });
}

bool Audit::is_decided() const {
  const auto is_open = [](const AuditedPart& one) { return one.standing == Standing::undecided; };
  return saw_all_cases && !cases.empty() &&
         std::ranges::none_of(sites, [&](const AuditedSite& site) { return std::ranges::any_of(site.parts, is_open); });
}

Audit audit(const catalogue::StrategyEntry& strategy, const std::vector<const catalogue::ScenarioEntry*>& scenarios,
            const std::vector<std::string>& fixed, const AuditBudget& budget, const AuditProgress& tell) {
  Audit audit;
  audit.strategy = &strategy;
  audit.cases = audit_cases(strategy, scenarios, fixed, audit.left_out);
  if (audit.cases.empty()) {
    const UnauditedCase& first = audit.left_out.front();
    throw BadInput(
        fmt::format("nothing to audit: '{}' does not fit '{}': {}", strategy.name(), first.scenario->name(), first.reason));
  }
  Auditor auditor(audit, budget, tell);
  const std::vector<explore::SeenSite> sites = auditor.explore_unmutated();
  if (audit.broken.empty()) { auditor.examine(sites); }
  audit.time = auditor.passed();
  return audit;
}

}  // namespace shmlab::run
