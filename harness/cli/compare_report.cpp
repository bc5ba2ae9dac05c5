#include "cli/compare_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <tuple>
#include <vector>

#include "measure/regime.hpp"
#include "report/paragraph.hpp"
#include "report/printable.hpp"
#include "report/progress.hpp"
#include "report/text_table.hpp"

namespace shmlab::cli {
namespace {

using gate::CaseComparison;
using gate::Verdict;
using nlohmann::json;

/// Not a number and infinity have no place in JSON.
json number(double value) {
  return std::isfinite(value) ? json(value) : json(nullptr);
}

std::string verdict_text(const gate::Finding& finding) {
  std::string text(to_string(finding.verdict));
  return finding.slower_tolerated ? text + " (slower, tolerated)" : text;
}

std::string change_text(double ratio) {
  return std::isfinite(ratio) && ratio > 0 ? fmt::format("{:+.1f} %", 100 * (ratio - 1)) : std::string("?");
}

std::string time_text(double ns) {
  return ns > 0 ? fmt::format("{:.4g}", ns) : std::string();
}

bool was_measured(const CaseComparison& one) {
  return one.finding.pairs > 0;
}

/// The worst first, then by name.
std::vector<const CaseComparison*> by_weight(const gate::Comparison& comparison) {
  std::vector<const CaseComparison*> cases;
  for (const CaseComparison& one : comparison.cases) { cases.push_back(&one); }
  std::ranges::sort(cases, [](const CaseComparison* one, const CaseComparison* other) {
    return std::tie(other->finding.verdict, one->name) < std::tie(one->finding.verdict, other->name);
  });
  return cases;
}

/// Whether its verdict is one by another tolerance than most.
bool is_judged_otherwise(const CaseComparison& one) {
  constexpr double same = 1e-6;
  const bool is_by_tolerance = one.finding.verdict == Verdict::pass || one.finding.verdict == Verdict::inconclusive;
  return is_by_tolerance && std::abs(one.tolerated - gate::Margins{}.tolerated) > same;
}

std::string note_of(const CaseComparison& one) {
  std::string note = one.error;
  if (one.finding.verdict == Verdict::inconclusive) { note = fmt::format("about {} pairs would tell", one.finding.pairs_needed); }
  if (is_judged_otherwise(one)) {
    note += fmt::format("{}up to {:+.0f} % is tolerated", note.empty() ? "" : "; ", 100 * std::expm1(one.tolerated));
  }
  for (const std::string& warning : one.warnings) { note += (note.empty() ? "" : "; ") + warning; }
  return note;
}

std::vector<std::string> cells_of(const CaseComparison& one) {
  const gate::Finding& finding = one.finding;
  std::vector<std::string> cells{one.name, verdict_text(finding)};
  if (was_measured(one)) {
    cells.push_back(change_text(finding.ratio));
    cells.push_back(fmt::format("{} .. {}", change_text(finding.low), change_text(finding.high)));
    cells.push_back(fmt::format("{}", finding.pairs));
  } else {
    cells.resize(cells.size() + 3);
  }
  cells.insert(cells.end(), {time_text(one.base_ns), time_text(one.head_ns), note_of(one)});
  return cells;
}

std::string counts_text(const gate::Comparison& comparison) {
  std::string text;
  for (const Verdict verdict : {Verdict::error, Verdict::regressed, Verdict::inconclusive, Verdict::improved, Verdict::pass,
                                Verdict::added, Verdict::removed, Verdict::not_comparable}) {
    const auto count =
        std::ranges::count_if(comparison.cases, [verdict](const CaseComparison& one) { return one.finding.verdict == verdict; });
    if (count > 0) { text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, to_string(verdict)); }
  }
  return text.empty() ? "no cases" : text;
}

bool informs_only(const CompareReport& report) {
  return report.is_forced && !report.is_same_machine();
}

/// What the time did not suffice for; empty when it did.
std::string shortfall_text(const gate::Comparison& comparison) {
  if (comparison.cut_short == 0) { return {}; }
  return fmt::format("the time ended before {} had as many pairs as their spread asks for (--budget)",
                     comparison.cut_short == 1 ? "one case" : fmt::format("{} cases", comparison.cut_short));
}

/// Which pairs were left out; empty for none.
std::string regime_text(const gate::Comparison& comparison) {
  std::uint64_t left_out = 0;
  for (const CaseComparison& one : comparison.cases) { left_out += one.left_out; }
  if (left_out == 0) { return {}; }
  return fmt::format(
      "{} of {} pairs do not count: a cache line there and back took more than {} times {:.3g} ns, or less than that part of it",
      left_out, comparison.observations / 2, measure::far_ratio, comparison.line_ns);
}

/// What is to be said of two machines; empty for one.
std::string machines_text(const CompareReport& report) {
  if (report.is_same_machine()) { return {}; }
  return fmt::format("base ran on machine {}, head on {}: {}", report::printable(report.base.machine),
                     report::printable(report.head.machine),
                     report.is_forced ? "for information only" : "they cannot be compared (--force does, for information)");
}

/// What is to be said of all of it; some of them are empty.
std::vector<std::string> remarks_on(const CompareReport& report) {
  return {shortfall_text(report.comparison), regime_text(report.comparison), machines_text(report)};
}

/// A cell of a Markdown table: no name can end it, or be taken for markup.
std::string markdown_cell(std::string_view text) {
  std::string cell;
  for (const char character : report::printable(text)) {
    if (std::string_view("\\`*_{}[]<>()#+-!|&~").find(character) != std::string_view::npos) { cell += '\\'; }
    cell += character;
  }
  return cell;
}

std::string markdown_table(const std::vector<const CaseComparison*>& cases) {
  std::string text =
      "| case | verdict | change of time | surely within | pairs | base, ns | head, ns | note |\n"
      "| --- | --- | ---: | --- | ---: | ---: | ---: | --- |\n";
  for (const CaseComparison* one : cases) {
    text += "|";
    for (const std::string& cell : cells_of(*one)) { text += " " + markdown_cell(cell) + " |"; }
    text += "\n";
  }
  return text;
}

}  // namespace

Verdict CompareReport::verdict() const {
  return is_same_machine() || is_forced ? comparison.verdict() : Verdict::not_comparable;
}

ExitCode exit_code_of(const CompareReport& report, bool strict) {
  if (informs_only(report)) { return ExitCode::ok; }
  switch (report.verdict()) {
    case Verdict::error: return ExitCode::failed;
    case Verdict::regressed: return ExitCode::finding;
    case Verdict::not_comparable: return ExitCode::not_comparable;
    case Verdict::inconclusive: return strict ? ExitCode::inconclusive : ExitCode::ok;
    default: return ExitCode::ok;
  }
}

json compare_json(const CompareReport& report, bool strict) {
  json cases = json::array();
  for (const CaseComparison& one : report.comparison.cases) {
    const gate::Finding& finding = one.finding;
    json row{{"name", one.name}, {"verdict", to_string(finding.verdict)}, {"pairs", finding.pairs}, {"left_out", one.left_out}};
    row["ratio"] = was_measured(one) ? number(finding.ratio) : json(nullptr);
    row["low"] = was_measured(one) ? number(finding.low) : json(nullptr);
    row["high"] = was_measured(one) ? number(finding.high) : json(nullptr);
    row["slower_tolerated"] = finding.slower_tolerated;
    row["tolerated"] = was_measured(one) ? number(std::exp(one.tolerated)) : json(nullptr);
    row["base_ns"] = one.base_ns > 0 ? number(one.base_ns) : json(nullptr);
    row["head_ns"] = one.head_ns > 0 ? number(one.head_ns) : json(nullptr);
    row["pairs_needed"] = finding.pairs_needed;
    row["error"] = one.error;
    row["warnings"] = one.warnings;
    cases.push_back(std::move(row));
  }
  const auto program = [](const ComparedProgram& one) {
    return json{{"program", one.path}, {"version", one.version}, {"machine", one.machine}};
  };
  return {{"verdict", to_string(report.verdict())},
          {"exit_code", to_int(exit_code_of(report, strict))},
          {"informs_only", informs_only(report)},
          {"base", program(report.base)},
          {"head", program(report.head)},
          {"machine", report.head.machine},
          {"seed", report.seed},
          {"observations", report.comparison.observations},
          {"line_ns", number(report.comparison.line_ns)},
          {"cut_short", report.comparison.cut_short},
          {"seconds", std::chrono::duration<double>(report.time).count()},
          {"cases", std::move(cases)}};
}

std::string compare_text(const CompareReport& report, const report::Style& style) {
  report::TextTable table({{.title = "case", .shortens = true},
                           {.title = "verdict"},
                           {.title = "change", .align = report::Align::right, .optional = true},
                           {.title = "surely within", .align = report::Align::right, .optional = true},
                           {.title = "pairs", .align = report::Align::right, .optional = true},
                           {.title = "base ns", .align = report::Align::right, .optional = true},
                           {.title = "head ns", .align = report::Align::right, .optional = true},
                           {.title = "note", .optional = true, .shortens = true}});
  for (const CaseComparison* one : by_weight(report.comparison)) {
    const Verdict verdict = one->finding.verdict;
    table.row(cells_of(*one), verdict >= Verdict::regressed  ? report::Emphasis::bad
                              : verdict == Verdict::improved ? report::Emphasis::best
                                                             : report::Emphasis::none);
  }
  std::string remarks;
  for (const std::string& remark : remarks_on(report)) {
    if (!remark.empty()) { remarks += remark + "\n"; }
  }
  return fmt::format("{}\n{}: {}, {} observations in {}\nbase {} ({})\nhead {} ({})\n{}", table.render(style),
                     to_string(report.verdict()), counts_text(report.comparison), report.comparison.observations,
                     report::duration_text(report.time), report::printable(report.base.version),
                     report::printable(report.base.path), report::printable(report.head.version),
                     report::printable(report.head.path), remarks);
}

std::string compare_markdown(const CompareReport& report) {
  std::vector<const CaseComparison*> changed;
  std::vector<const CaseComparison*> unchanged;
  for (const CaseComparison* one : by_weight(report.comparison)) {
    const bool is_dull = one->finding.verdict == Verdict::pass && !one->finding.slower_tolerated && one->warnings.empty();
    (is_dull ? unchanged : changed).push_back(one);
  }
  std::string text =
      fmt::format("## shmlab: {}\n\n{}; {} against {}, {} observations in {}.\n", to_string(report.verdict()),
                  counts_text(report.comparison), markdown_cell(report.head.version), markdown_cell(report.base.version),
                  report.comparison.observations, report::duration_text(report.time));
  for (const std::string& remark : remarks_on(report)) {
    if (!remark.empty()) { text += "\n" + markdown_cell(remark) + ".\n"; }
  }
  text += changed.empty() ? "\nNothing changed.\n" : "\n" + markdown_table(changed);
  if (!unchanged.empty()) {
    text += fmt::format("\n<details><summary>{} without a change</summary>\n\n{}\n</details>\n", unchanged.size(),
                        markdown_table(unchanged));
  }
  return text;
}

}  // namespace shmlab::cli
