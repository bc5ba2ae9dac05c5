#include <fmt/core.h>

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "cli/replay_report.hpp"
#include "report/paragraph.hpp"
#include "report/text_table.hpp"

namespace shmlab::cli {
namespace {

using fault::TraceEntry;

/// A table of more rows shows the last ones: there the finding is.
constexpr std::size_t most_rows = 120;

std::string file_name(const TraceEntry& step) {
  return std::filesystem::path(step.file).filename().string();
}

bool is_poll(const TraceEntry& step) {
  return step.operation == env::Operation::pause || step.operation == env::Operation::yield;
}

/// "store 1", "load = 0", "fence".
std::string action_text(const TraceEntry& step) {
  const std::string_view name = to_string(step.operation);
  if (!step.has_value) { return std::string(name); }
  const bool writes = step.operation == env::Operation::store || step.operation == env::Operation::set;
  return fmt::format("{}{}{}", name, writes ? " " : " = ", step.value);
}

std::string address_text(const TraceEntry& step) {
  return step.offset == TraceEntry::no_offset ? std::string() : fmt::format("+{:#x}", step.offset);
}

/// A column a participant, a row a step; of polls in a row only the first.
std::string interleaving(const ReplayReport& report, const report::Style& style) {
  const std::vector<TraceEntry>& trace = report.finding.trace;
  const run::Plan& plan = report.order.plan;
  const std::uint32_t participants = plan.scenario->participants(plan.values);
  std::vector<report::Column> columns{{.title = "step", .align = report::Align::right}, {.title = "at"}, {.title = "word"}};
  for (std::uint32_t i = 0; i < participants; ++i) {
    const std::string_view role = plan.scenario->descriptor->roles[plan.scenario->role(plan.values, i)];
    columns.push_back({.title = fmt::format("{} {}", role, i)});
  }
  report::TextTable table(std::move(columns));
  const std::size_t first = trace.size() > most_rows ? trace.size() - most_rows : 0;
  const TraceEntry* before = nullptr;
  for (std::size_t i = first; i < trace.size(); ++i) {
    const TraceEntry& step = trace[i];
    const bool polls_on = before != nullptr && is_poll(step) && is_poll(*before);
    before = &step;
    if (polls_on) { continue; }
    std::vector<std::string> cells{std::to_string(i + 1), fmt::format("{}:{}", file_name(step), step.line), address_text(step)};
    cells.resize(cells.size() + step.participant);
    cells.push_back(action_text(step));
    table.row(std::move(cells));
  }
  const std::string omitted = first == 0 ? std::string() : fmt::format("({} steps before)\n", first);
  return "\n" + omitted + table.render(style);
}

}  // namespace

ExitCode exit_code_of(const ReplayReport& report) {
  if (report.reproduced == 0) { return ExitCode::ok; }
  return report.finding.verdict.judgement == Judgement::violated ? ExitCode::finding : ExitCode::inconclusive;
}

std::string replay_text(const ReplayReport& report, const report::Style& style) {
  const run::Plan& plan = report.order.plan;
  const run::Result& finding = report.finding;
  const bool scheduled = plan.lane == run::Lane::scheduled;
  std::string text = report::heading(fmt::format("{}: {} in {}", to_string(finding.verdict.judgement), plan.strategy->name(),
                                                 plan.scenario->name()),
                                     style) +
                     "\n";
  if (!finding.verdict.is_ok()) {
    text += report::paragraph("  what        ", finding.verdict.why, style);
    if (!finding.verdict.detail.empty()) { text += "\n" + finding.verdict.detail + "\n"; }
    text += fmt::format("  detector    {}\n", finding.detector);
  }
  text += fmt::format("  parameters  {}\n", catalogue::to_string(*plan.scenario, plan.values));
  text += fmt::format("  lane        {}, region {}\n", to_string(plan.lane), to_string(plan.region));
  if (scheduled) { text += interleaving(report, style); }
  text += fmt::format("\nreproduced {} of {} times", report.reproduced, report.times);
  if (scheduled && report.reproduced > 0) { text += fmt::format(", {} of them step by step the same", report.identical); }
  return text + "\n";
}

nlohmann::json replay_json(const ReplayReport& report) {
  const run::Plan& plan = report.order.plan;
  nlohmann::json steps = nlohmann::json::array();
  for (const TraceEntry& step : report.finding.trace) {
    nlohmann::json row{{"participant", step.participant},
                       {"operation", to_string(step.operation)},
                       {"file", file_name(step)},
                       {"line", step.line}};
    if (step.offset != TraceEntry::no_offset) { row["offset_bytes"] = step.offset; }
    if (step.has_value) { row["value"] = step.value; }
    steps.push_back(std::move(row));
  }
  return {{"strategy", plan.strategy->name()},
          {"scenario", plan.scenario->name()},
          {"lane", to_string(plan.lane)},
          {"verdict", to_string(report.finding.verdict.judgement)},
          {"detector", report.finding.detector},
          {"why", report.finding.verdict.why},
          {"times", report.times},
          {"reproduced", report.reproduced},
          {"identical", report.identical},
          {"steps", std::move(steps)}};
}

}  // namespace shmlab::cli
