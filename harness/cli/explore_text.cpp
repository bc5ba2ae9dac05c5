#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/explore_report.hpp"
#include "report/json_member.hpp"
#include "report/paragraph.hpp"
#include "report/printable.hpp"
#include "report/progress.hpp"
#include "report/text_table.hpp"

namespace shmlab::cli {
namespace {

using nlohmann::json;
using report::Align;
using report::text_of;

bool is_exhausted(const json& each) {
  return each.at("exhausted").get<bool>();
}

std::string case_table(const json& explored, const report::Style& style) {
  report::TextTable table({{.title = "scenario"},
                           {.title = "strategy", .shortens = true},
                           {.title = "generated parameters", .optional = true},
                           {.title = "executions", .align = Align::right},
                           {.title = "seconds", .align = Align::right},
                           {.title = "found"},
                           {.title = "how it ended"}});
  for (const json& each : explored.at("cases")) {
    if (is_unavailable(each)) { continue; }
    const bool found = is_violated(each);
    const std::string params = each.at("generated").get<bool>() ? text_of(each, "params") : std::string();
    table.row(
        {scenario_title(each), text_of(each, "strategy"), params, std::to_string(each.at("executions").get<std::uint64_t>()),
         fmt::format("{:.3f}", each.at("seconds").get<double>()), found ? "violated" : "nothing",
         fmt::format("{} ({})", text_of(each, "end"), text_of(each, "search"))},
        found ? report::Emphasis::bad : report::Emphasis::none);
  }
  return table.render(style);
}

std::string findings(const json& explored, const report::Style& style) {
  std::string text;
  for (const json& each : explored.at("cases")) {
    if (!is_violated(each)) { continue; }
    text += "\n" +
            report::heading(fmt::format("violated: {} in {}", text_of(each, "strategy"), text_of(each, "scenario")), style) +
            "\n";
    text += report::paragraph("  what        ", text_of(each, "why"), style);
    text += fmt::format("  parameters  {}\n", report::printable(text_of(each, "params")));
    text += fmt::format("  preemptions {}\n\n", each.at("preemptions").get<std::uint32_t>());
    text += trace_table(each.at("trace"), each.at("roles").get<std::vector<std::string>>(), style);
    text += fmt::format("\n  again       {}\n", report::printable(text_of(each, "replay")));
  }
  return text;
}

/// What was not explored, each reason once.
std::string left_out(const json& explored, const report::Style& style) {
  std::map<std::string, std::string> names_by_reason;
  for (const json& each : explored.at("cases")) {
    if (!is_unavailable(each)) { continue; }
    std::string& names = names_by_reason[text_of(each, "why")];
    names += (names.empty() ? "" : ", ") + fmt::format("{}/{}", text_of(each, "scenario"), text_of(each, "strategy"));
  }
  std::string text;
  for (const auto& [reason, names] : names_by_reason) {
    text += report::paragraph("  ", fmt::format("{}: {}", reason, names), style);
  }
  const std::size_t misfits = explored.at("left_out").size();
  if (misfits != 0) {
    text += report::paragraph("  ", fmt::format("pairs that do not fit: {} (--json says why)", misfits), style);
  }
  return text.empty() ? text : "\nLeft out:\n" + text;
}

}  // namespace

bool is_violated(const json& explored_case) {
  return !is_unavailable(explored_case) && text_of(explored_case, "verdict") == to_string(Judgement::violated);
}

bool is_unavailable(const json& explored_case) {
  return text_of(explored_case, "end") == "unavailable";
}

std::string scenario_title(const json& explored_case) {
  const std::string variant = text_of(explored_case, "variant");
  return text_of(explored_case, "scenario") + (variant.empty() ? "" : " ") + variant;
}

ExitCode exit_code_of_exploration(const json& explored) {
  const json& cases = explored.at("cases");
  if (std::ranges::any_of(cases, is_violated)) { return ExitCode::finding; }
  const auto is_open = [](const json& each) { return !is_unavailable(each) && !is_exhausted(each); };
  return std::ranges::any_of(cases, is_open) ? ExitCode::inconclusive : ExitCode::ok;
}

std::string explore_summary(const json& explored) {
  const json& cases = explored.at("cases");
  const auto violated = std::ranges::count_if(cases, is_violated);
  const auto exhausted = std::ranges::count_if(cases, is_exhausted);
  const auto unavailable = std::ranges::count_if(cases, is_unavailable);
  std::uint64_t executions = 0;
  for (const json& each : cases) { executions += each.at("executions").get<std::uint64_t>(); }
  const auto time =
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(explored.at("seconds").get<double>()));
  return fmt::format("executions {}, pairs {}, time {}: {} violated, {} exhausted, {} not to the end, {} unavailable", executions,
                     cases.size(), report::duration_text(time), violated, exhausted,
                     static_cast<std::ptrdiff_t>(cases.size()) - violated - exhausted - unavailable, unavailable);
}

std::string exhausted_means() {
  return "Exhausted means: of C++20's executions of these parameters without load buffering, and without deaths but in scenarios "
         "that are about them, within the bounds that are named. Semaphores, mutexes, read-write locks, condition variables, "
         "file "
         "locks and permits behind descriptors are models: how they are used is checked, libc and the kernel are not.";
}

std::string explore_text(const json& explored, const report::Style& style) {
  return case_table(explored, style) + findings(explored, style) + left_out(explored, style) + "\n" + explore_summary(explored) +
         "\n" + report::paragraph("", exhausted_means(), style);
}

}  // namespace shmlab::cli
