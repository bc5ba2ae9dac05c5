#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string>

#include "catalogue/catalogue.hpp"
#include "cli/explore_report.hpp"
#include "cli/shell_word.hpp"
#include "report/paragraph.hpp"
#include "report/progress.hpp"
#include "report/text_table.hpp"

namespace shmlab::cli {
namespace {

using report::Align;

bool is_violated(const ExploredPair& pair) {
  return pair.report.unavailable.empty() && pair.report.exploration.verdict.judgement == Judgement::violated;
}
bool is_exhausted(const ExploredPair& pair) {
  return pair.report.unavailable.empty() && pair.report.exploration.is_exhaustive();
}

std::string pair_table(const ExploreReport& report, const report::Style& style) {
  report::TextTable table({{.title = "scenario"},
                           {.title = "strategy", .shortens = true},
                           {.title = "executions", .align = Align::right},
                           {.title = "seconds", .align = Align::right},
                           {.title = "found"},
                           {.title = "how it ended"}});
  for (const ExploredPair& pair : report.pairs) {
    const run::ExplorationReport& explored = pair.report;
    if (!explored.unavailable.empty()) { continue; }
    const bool found = is_violated(pair);
    table.row({std::string(explored.scenario->name()), std::string(explored.strategy->name()),
               std::to_string(explored.exploration.executions),
               fmt::format("{:.3f}", std::chrono::duration<double>(explored.time).count()), found ? "violated" : "nothing",
               fmt::format("{} ({})", explore::describe(explored.exploration, report.budget.settings), explored.search)},
              found ? report::Emphasis::bad : report::Emphasis::none);
  }
  return table.render(style);
}

std::string findings(const ExploreReport& report, const report::Style& style) {
  std::string text;
  for (const ExploredPair& pair : report.pairs) {
    const run::ExplorationReport& explored = pair.report;
    if (!is_violated(pair)) { continue; }
    text += "\n" +
            report::heading(fmt::format("violated: {} in {}", explored.strategy->name(), explored.scenario->name()), style) +
            "\n";
    text += report::paragraph("  what        ", explored.exploration.verdict.why, style);
    text += fmt::format("  parameters  {}\n", catalogue::to_string(*explored.scenario, explored.values));
    text += fmt::format("  preemptions {}\n\n", explored.exploration.preemptions);
    text += trace_table(pair.trace, *explored.scenario, explored.values, style);
    text += fmt::format("\n  again       shmlab replay {}\n", shell_word(pair.token));
  }
  return text;
}

/// What was not explored, each reason once.
std::string left_out(const ExploreReport& report, const report::Style& style) {
  std::map<std::string, std::string> names_by_reason;
  const auto add = [&](const std::string& reason, const std::string& name) {
    std::string& names = names_by_reason[reason];
    names += (names.empty() ? "" : ", ") + name;
  };
  for (const ExploredPair& pair : report.pairs) {
    const run::ExplorationReport& explored = pair.report;
    if (explored.unavailable.empty()) { continue; }
    add(explored.unavailable, fmt::format("{}/{}", explored.scenario->name(), explored.strategy->name()));
  }
  std::string text;
  for (const auto& [reason, names] : names_by_reason) {
    text += report::paragraph("  ", fmt::format("{}: {}", reason, names), style);
  }
  if (!report.misfits.empty()) {
    text += report::paragraph("  ", fmt::format("pairs that do not fit: {} (--json says why)", report.misfits.size()), style);
  }
  return text.empty() ? text : "\nLeft out:\n" + text;
}

std::string summary(const ExploreReport& report, const report::Style& style) {
  const auto violated = std::ranges::count_if(report.pairs, is_violated);
  const auto exhausted = std::ranges::count_if(report.pairs, is_exhausted);
  const auto unavailable =
      std::ranges::count_if(report.pairs, [](const ExploredPair& pair) { return !pair.report.unavailable.empty(); });
  std::uint64_t executions = 0;
  for (const ExploredPair& pair : report.pairs) { executions += pair.report.exploration.executions; }
  return fmt::format("\nexecutions {}, pairs {}, time {}: {} violated, {} exhausted, {} not to the end, {} unavailable\n",
                     executions, report.pairs.size(), report::duration_text(report.time), violated, exhausted,
                     static_cast<std::ptrdiff_t>(report.pairs.size()) - violated - exhausted - unavailable, unavailable) +
         report::paragraph(
             "",
             "Exhausted means: of C++20's executions of these parameters without load buffering and without deaths, within "
             "the bounds that are named. Semaphores and pthread mutexes are models: how they are used is checked, libc is not.",
             style);
}

}  // namespace

ExitCode exit_code_of(const ExploreReport& report) {
  if (std::ranges::any_of(report.pairs, is_violated)) { return ExitCode::finding; }
  const auto is_open = [](const ExploredPair& pair) { return pair.report.unavailable.empty() && !is_exhausted(pair); };
  return std::ranges::any_of(report.pairs, is_open) ? ExitCode::inconclusive : ExitCode::ok;
}

std::string explore_text(const ExploreReport& report, const report::Style& style) {
  return pair_table(report, style) + findings(report, style) + left_out(report, style) + summary(report, style);
}

}  // namespace shmlab::cli
