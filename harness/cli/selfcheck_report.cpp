#include "cli/selfcheck_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "report/printable.hpp"
#include "report/progress.hpp"
#include "report/text_table.hpp"

namespace shmlab::cli {
namespace {

using gate::Finding;
using nlohmann::json;

/// Not a number and infinity have no place in JSON.
json finite(double value) {
  return std::isfinite(value) ? json(value) : json(nullptr);
}

json effect_json(const std::string& name, const Finding& finding) {
  return {{"name", name},
          {"ratio", finding.pairs > 0 ? finite(finding.ratio) : json(nullptr)},
          {"low", finding.pairs > 0 ? finite(finding.low) : json(nullptr)},
          {"high", finding.pairs > 0 ? finite(finding.high) : json(nullptr)},
          {"pairs", finding.pairs}};
}

json floor_json(const gate::Comparison& floor) {
  json cases = json::array();
  for (const gate::CaseComparison& one : floor.cases) {
    json row = effect_json(one.name, one.finding);
    row["error"] = one.error;
    cases.push_back(std::move(row));
  }
  return {{"limit", gate::most_floor}, {"largest", gate::floor_of(floor)}, {"cases", std::move(cases)}};
}

json slowdown_json(const gate::Slowdown& slowdown, double line_ns) {
  json cases = json::array();
  for (const gate::SlowedCase& one : slowdown.cases) {
    json row = effect_json(one.name, one.delay.truth);
    row["verdict"] = to_string(one.verdict.verdict);
    row["agrees"] = gate::agrees(one);
    cases.push_back(std::move(row));
  }
  return {
      {"target", slowdown.target}, {"line_ns", finite(line_ns)}, {"delays", delays_text(slowdown)}, {"cases", std::move(cases)}};
}

std::string per_cent(double ratio) {
  return std::isfinite(ratio) && ratio > 0 ? fmt::format("{:+.1f} %", 100 * (ratio - 1)) : std::string("?");
}

report::TextTable effects(const char* first, const char* last) {
  return report::TextTable({{.title = first, .shortens = true},
                            {.title = "change", .align = report::Align::right},
                            {.title = "surely within", .align = report::Align::right},
                            {.title = "pairs", .align = report::Align::right},
                            {.title = last, .optional = true}});
}

std::vector<std::string> effect_cells(const std::string& name, const Finding& finding) {
  if (finding.pairs == 0) { return {name, "", "", ""}; }
  return {name, per_cent(finding.ratio), fmt::format("{} .. {}", per_cent(finding.low), per_cent(finding.high)),
          fmt::format("{}", finding.pairs)};
}

/// The largest effects first.
std::string floor_text(const gate::Comparison& floor, const report::Style& style) {
  std::vector<const gate::CaseComparison*> ranked;
  for (const gate::CaseComparison& one : floor.cases) { ranked.push_back(&one); }
  std::ranges::sort(ranked, {}, [](const gate::CaseComparison* one) {
    return std::pair(one->finding.pairs > 0 ? -std::abs(std::log(one->finding.ratio)) : -HUGE_VAL, std::string_view(one->name));
  });
  report::TextTable table = effects("the same code at other addresses", "note");
  for (const gate::CaseComparison* one : ranked) {
    const bool is_bad = !one->error.empty() || gate::certain_effect(one->finding) > gate::most_floor;
    std::vector<std::string> cells = effect_cells(one->name, one->finding);
    cells.push_back(one->error);
    table.row(std::move(cells), is_bad ? report::Emphasis::bad : report::Emphasis::none);
  }
  return fmt::format("{}\nfloor: {} cases, the largest effect that is certain is {:.2f} %; the limit is {:.0f} %\n",
                     table.render(style), floor.cases.size(), 100 * gate::floor_of(floor), 100 * gate::most_floor);
}

std::string slowdown_text(const gate::Slowdown& slowdown, const report::Style& style) {
  report::TextTable table = effects("delayed on purpose: what it truly takes", "verdict of the gate");
  for (const gate::SlowedCase& one : slowdown.cases) {
    std::vector<std::string> cells = effect_cells(one.name, one.delay.truth);
    cells.push_back(fmt::format("{}{}", to_string(one.verdict.verdict), gate::agrees(one) ? "" : ", which is wrong"));
    table.row(std::move(cells), gate::agrees(one) ? report::Emphasis::none : report::Emphasis::bad);
  }
  return fmt::format("\n{}aimed at {}, with delays {}\n", table.render(style), per_cent(slowdown.target), delays_text(slowdown));
}

}  // namespace

std::string delays_text(const gate::Slowdown& slowdown) {
  std::string text;
  for (const gate::SlowedCase& one : slowdown.cases) {
    text += fmt::format("{}{}={:.6f}", text.empty() ? "" : ",", one.name, one.delay.rate);
  }
  return text;
}

json selfcheck_json(const SelfcheckReport& report) {
  json slowdowns = json::array();
  for (const gate::Slowdown& slowdown : report.check.slowdowns) {
    slowdowns.push_back(slowdown_json(slowdown, report.check.floor.line_ns));
  }
  return {{"verdict", report.check.is_ok() ? "ok" : "failed"},
          {"version", report.version},
          {"machine", report.machine},
          {"seconds", std::chrono::duration<double>(report.time).count()},
          {"floor", floor_json(report.check.floor)},
          {"slowdowns", std::move(slowdowns)}};
}

std::string selfcheck_text(const SelfcheckReport& report, const report::Style& style) {
  std::string text = floor_text(report.check.floor, style);
  for (const gate::Slowdown& slowdown : report.check.slowdowns) { text += slowdown_text(slowdown, style); }
  return text + fmt::format("\n{}: {}, in {}\n", report.check.is_ok() ? "ok" : "FAILED", report::printable(report.version),
                            report::duration_text(report.time));
}

}  // namespace shmlab::cli
