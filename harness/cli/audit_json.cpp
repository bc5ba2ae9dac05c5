#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "catalogue/catalogue.hpp"
#include "cli/audit_report.hpp"
#include "cli/shell_word.hpp"
#include "explore/trace.hpp"
#include "run/explore_token.hpp"

namespace shmlab::cli {
namespace {

using nlohmann::json;
using run::AuditedPart;
using run::AuditedSite;
using run::MutationResult;

std::string_view part_name(explore::Change change) {
  switch (change) {
    case explore::Change::order: return "order";
    case explore::Change::failure_order: return "failure_order";
    case explore::Change::left_out: return "presence";
  }
  return "unknown";
}

std::string replay_of(const MutationResult& result) {
  const std::string token = audit_token(result);
  return token.empty() ? token : "shmlab replay " + shell_word(token);
}

json mutation_json(const AuditReport& report, const MutationResult& result) {
  json one{{"mutation", to_string(result.mutation)},
           {"verdict", to_string(result.standing)},
           {"executions", result.executions},
           {"cases_exhausted", result.exhausted},
           {"cases_in_part", result.in_part},
           {"bounds", explore::to_string(result.met, report.budget.settings.bounds)},
           {"replay", replay_of(result)}};
  if (result.standing == run::Standing::needed) {
    one["scenario"] = result.finding.scenario->name();
    one["params"] = catalogue::to_string(*result.finding.scenario, result.finding.values);
    one["found"] = finding_text(result);
    one["why"] = result.finding.exploration.verdict.why;
    one["preemptions"] = result.finding.exploration.preemptions;
  }
  return one;
}

json part_json(const AuditReport& report, const AuditedSite& site, const AuditedPart& part) {
  json one{{"part", part_name(part.change)},
           {"property", property_text(site.seen, part)},
           {"verdict", to_string(part.standing)},
           {"mutations", json::array()}};
  if (part.change != explore::Change::left_out) { one["weakest_that_holds"] = explore::to_string(part.weakest_that_holds); }
  for (const MutationResult& result : part.tried) { one["mutations"].push_back(mutation_json(report, result)); }
  return one;
}

/// Of the part that says most: the order, else whether it is there.
json site_json(const AuditReport& report, const AuditedSite& site) {
  const explore::Site& at = site.seen.site;
  json one{{"file", at.file},
           {"line", at.line},
           {"column", at.column},
           {"operation", to_string(at.operation)},
           {"order", nullptr},
           {"weakest_that_holds", nullptr},
           {"needed", site.is_needed()},
           {"replay", ""},
           {"parts", json::array()}};
  if (explore::has_order(at.operation)) { one["order"] = one["weakest_that_holds"] = explore::to_string(site.seen.orders.order); }
  if (at.operation == env::Operation::compare_exchange) { one["failure_order"] = explore::to_string(site.seen.orders.failure); }
  for (const AuditedPart& part : site.parts) {
    if (part.change == explore::Change::order) {
      one["weakest_that_holds"] = explore::to_string(part.weakest_that_holds);
    } else if (part.change == explore::Change::left_out && part.standing == run::Standing::not_shown_needed) {
      one["weakest_that_holds"] = "left out";
    }
    for (const MutationResult& result : part.tried) {
      if (one["replay"] == "") { one["replay"] = replay_of(result); }
    }
    one["parts"].push_back(part_json(report, site, part));
  }
  return one;
}

json case_json(const AuditReport& report, const run::AuditCase& one) {
  const explore::Exploration& exploration = one.unmutated.exploration;
  return {{"scenario", one.scenario->name()},
          {"params", catalogue::to_string(*one.scenario, one.values)},
          {"verdict", to_string(exploration.verdict.judgement)},
          {"why", exploration.verdict.why},
          {"exhausted", one.is_small()},
          {"end", explore::describe(exploration, report.budget.settings)},
          {"executions", exploration.executions}};
}

json strategy_json(const AuditReport& report, const run::Audit& audit) {
  json one{{"strategy", audit.strategy->name()},
           {"file", audit.strategy->file},
           {"decided", audit.is_decided()},
           {"seconds", std::chrono::duration<double>(audit.time).count()},
           {"load_buffering", false},
           {"sites", json::array()},
           {"cases", json::array()},
           {"left_out", json::array()}};
  for (const AuditedSite& site : audit.sites) { one["sites"].push_back(site_json(report, site)); }
  for (const run::AuditCase& each : audit.cases) { one["cases"].push_back(case_json(report, each)); }
  for (const run::UnauditedCase& each : audit.left_out) {
    one["left_out"].push_back({{"scenario", each.scenario->name()}, {"reason", each.reason}});
  }
  return one;
}

}  // namespace

std::string audit_token(const MutationResult& result) {
  if (result.standing != run::Standing::needed) { return {}; }
  return run::explore_token({.strategy = result.finding.strategy,
                             .scenario = result.finding.scenario,
                             .values = result.finding.values,
                             .settings = result.finding.settings,
                             .choices = result.finding.exploration.choices,
                             .commit = {}});
}

json audit_json(const AuditReport& report) {
  if (report.audits.size() == 1) { return strategy_json(report, report.audits.front()); }
  json all = json::array();
  for (const run::Audit& audit : report.audits) { all.push_back(strategy_json(report, audit)); }
  return {{"audits", std::move(all)}};
}

}  // namespace shmlab::cli
