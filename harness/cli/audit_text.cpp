#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "catalogue/catalogue.hpp"
#include "cli/audit_report.hpp"
#include "cli/shell_word.hpp"
#include "explore/trace.hpp"
#include "report/paragraph.hpp"
#include "report/progress.hpp"
#include "report/text_table.hpp"

namespace shmlab::cli {
namespace {

using report::Align;
using run::Audit;
using run::AuditedPart;
using run::MutationResult;
using run::Standing;

std::string verdict_text(const AuditedPart& part) {
  std::string text(to_string(part.standing));
  if (part.standing != Standing::not_shown_needed) { return text; }
  return text + (part.change == explore::Change::left_out ? "" : ": " + explore::to_string(part.weakest_that_holds) + " holds");
}

/// The counter-example of the strongest mutation that was tried: closest to the source.
const MutationResult* counter_example(const AuditedPart& part) {
  const auto found = std::find_if(part.tried.rbegin(), part.tried.rend(),
                                  [](const MutationResult& one) { return one.standing == Standing::needed; });
  return found == part.tried.rend() ? nullptr : &*found;
}

/// "data race", or how far it was looked for in vain: "nothing in 18 cases, 4 more in part, within 1 spurious wakes each"
std::string found_text(const AuditReport& report, const AuditedPart& part) {
  if (const MutationResult* const example = counter_example(part)) {
    if (part.standing == Standing::needed) { return finding_text(*example); }
  }
  const MutationResult& last = part.tried.back();
  const std::string bounds = explore::to_string(last.met, report.budget.settings.bounds);
  return fmt::format("nothing in {} cases{}{}", last.exhausted,
                     last.in_part == 0 ? "" : fmt::format(", {} more in part", last.in_part),
                     bounds.empty() ? "" : ", within " + bounds);
}

std::string at_text(const explore::Site& site) {
  return fmt::format("{}:{}", site.file.substr(site.file.rfind('/') + 1), site.line);
}

std::string site_table(const AuditReport& report, const Audit& audit, const report::Style& style) {
  report::TextTable table({{.title = "at"},
                           {.title = "operation"},
                           {.title = "asked of it"},
                           {.title = "verdict"},
                           {.title = "shown by", .optional = true},
                           {.title = "executions", .align = Align::right},
                           {.title = "what is found without it", .shortens = true}});
  for (const run::AuditedSite& site : audit.sites) {
    for (const AuditedPart& part : site.parts) {
      const MutationResult* const example = counter_example(part);
      table.row({at_text(site.seen.site), std::string(to_string(site.seen.site.operation)), property_text(site.seen, part),
                 verdict_text(part), example == nullptr ? std::string() : std::string(example->finding.scenario->name()),
                 std::to_string(part.executions()), found_text(report, part)});
    }
  }
  return table.render(style);
}

std::string replays(const Audit& audit) {
  std::string text;
  for (const run::AuditedSite& site : audit.sites) {
    for (const AuditedPart& part : site.parts) {
      const MutationResult* const example = counter_example(part);
      if (example == nullptr) { continue; }
      text += fmt::format("  {} {}, {}\n    shmlab replay {}\n", at_text(site.seen.site), to_string(site.seen.site.operation),
                          to_string(example->mutation), shell_word(audit_token(*example)));
    }
  }
  return text.empty() ? text : "\nCounter-examples:\n" + text;
}

std::string broken_text(const Audit& audit, const report::Style& style) {
  std::string text;
  for (const run::ExplorationReport& report : audit.broken) {
    text +=
        report::paragraph("  violated as it is  ",
                          fmt::format("in {} ({}): {}; see shmlab explore --strategy {} --scenario {}", report.scenario->name(),
                                      catalogue::to_string(*report.scenario, report.values), report.exploration.verdict.why,
                                      shell_word(audit.strategy->name()), report.scenario->name()),
                          style);
  }
  return text;
}

/// "contended_counter, timed_ops"
std::string names(const Audit& audit, bool small) {
  std::string text;
  const catalogue::ScenarioEntry* last = nullptr;
  std::vector<const catalogue::ScenarioEntry*> named;
  for (const run::AuditCase& one : audit.cases) {
    if (one.is_small() != small || std::ranges::find(named, one.scenario) != named.end()) { continue; }
    named.push_back(one.scenario);
    text += (last == nullptr ? "" : ", ") + std::string(one.scenario->name());
    last = one.scenario;
  }
  return text;
}

std::string cases_text(const Audit& audit, const report::Style& style) {
  std::string text;
  if (const std::string small = names(audit, true); !small.empty()) { text = report::paragraph("  exhausted  ", small, style); }
  if (const std::string others = names(audit, false); !others.empty()) {
    text += report::paragraph("  in part    ", others + ": with more executions than were tried", style);
  }
  std::string left_out;
  for (const run::UnauditedCase& one : audit.left_out) {
    left_out += (left_out.empty() ? "" : ", ") + std::string(one.scenario->name());
  }
  if (!left_out.empty()) { text += report::paragraph("  left out   ", left_out + " (--json says why)", style); }
  if (!audit.saw_all_cases) { text += "  incomplete: the time was over before all sites were known\n"; }
  return text;
}

std::string strategy_text(const AuditReport& report, const Audit& audit, const report::Style& style) {
  std::string text =
      report::heading(fmt::format("{}, {}", audit.strategy->name(), report::duration_text(audit.time)), style) + "\n";
  if (!audit.broken.empty()) { return text + broken_text(audit, style); }
  text += cases_text(audit, style);
  if (audit.cases.empty()) { return text + report::paragraph("  ", audit.left_out.front().reason, style); }
  if (audit.sites.empty()) { return text + "  has no atomic operation, fence or futex call of its own\n"; }
  return text + "\n" + site_table(report, audit, style) + replays(audit);
}

}  // namespace

std::string property_text(const explore::SeenSite& seen, const AuditedPart& part) {
  switch (part.change) {
    case explore::Change::order: return explore::to_string(seen.orders.order);
    case explore::Change::failure_order: return explore::to_string(seen.orders.failure) + " on failure";
    case explore::Change::left_out: return explore::left_out_text(seen.site.operation);
  }
  return {};
}

std::string finding_text(const MutationResult& result) {
  const std::string& why = result.finding.exploration.verdict.why;
  const std::size_t end = why.find(": ");
  const bool is_of_participant = end != std::string::npos && why[0] == 'P' && why[1] >= '0' && why[1] <= '9';
  return is_of_participant ? why.substr(end + 2) : why.substr(0, end);
}

ExitCode exit_code_of(const AuditReport& report) {
  const auto is_broken = [](const Audit& audit) {
    return std::ranges::any_of(
        audit.broken, [](const run::ExplorationReport& one) { return one.exploration.verdict.judgement == Judgement::violated; });
  };
  if (std::ranges::any_of(report.audits, is_broken)) { return ExitCode::finding; }
  return std::ranges::all_of(report.audits, &Audit::is_decided) ? ExitCode::ok : ExitCode::inconclusive;
}

std::string audit_text(const AuditReport& report, const report::Style& style) {
  std::string text;
  for (const Audit& audit : report.audits) { text += strategy_text(report, audit, style) + "\n"; }
  return text +
         report::paragraph("",
                           "needed: without it an execution of a small program is not ok. Not shown needed: every execution of "
                           "the exhausted cases is ok without it, of C++20's without load buffering, and without deaths but "
                           "in scenarios that are about them. What no scenario does is not shown: read such a line, then weaken "
                           "it or say beside it why it stays.",
                           style);
}

}  // namespace shmlab::cli
