#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "cli/crash_report.hpp"
#include "cli/shell_word.hpp"
#include "crash/crash_token.hpp"
#include "report/paragraph.hpp"
#include "report/progress.hpp"
#include "report/quantity.hpp"
#include "report/text_table.hpp"

namespace shmlab::cli {
namespace {

using crash::CrashCell;
using report::Align;
using report::Emphasis;

/// "7", or "7, 3" where a second one dies at his third.
std::string point_text(const crash::CrashPoint& point) {
  return point.second == 0 ? std::to_string(point.point) : fmt::format("{}, {}", point.point, point.second);
}

std::string matrix(const CrashFindings& findings, const report::Style& style) {
  report::TextTable table({{.title = "strategy", .shortens = true},
                           {.title = "who comes to grief"},
                           {.title = "points", .align = Align::right},
                           {.title = "a waiter that was there"},
                           {.title = "a newcomer"},
                           {.title = "by contract"}});
  for (const crash::CrashReport& report : findings.strategies) {
    for (const CrashSeries& series : series_in(report)) {
      const auto is_bad = [&series](const CrashCell& cell) { return series.has(cell) && !cell.does_agree(); };
      const bool bad = std::ranges::any_of(report.cells, is_bad);
      const auto cells = std::ranges::count_if(report.cells, [&series](const CrashCell& cell) { return series.has(cell); });
      table.row({std::string(report.strategy->name()), to_string(series), std::to_string(cells / 2),
                 tally_of(report, series, crash::Survivor::waiter), tally_of(report, series, crash::Survivor::newcomer),
                 bad ? "BROKEN" : "kept"},
                bad ? Emphasis::bad : Emphasis::none);
    }
  }
  return table.empty() ? std::string() : table.render(style);
}

std::string points(const CrashFindings& findings, const report::Style& style) {
  report::TextTable table({{.title = "strategy", .shortens = true},
                           {.title = "who comes to grief"},
                           {.title = "point", .align = Align::right},
                           {.title = "before", .shortens = true},
                           {.title = "survivor"},
                           {.title = "outcome"},
                           {.title = "declared"},
                           {.title = "runs", .align = Align::right}});
  for (const crash::CrashReport& report : findings.strategies) {
    for (const CrashCell& cell : report.cells) {
      table.row({std::string(report.strategy->name()), to_string(CrashSeries::of(cell)), point_text(cell.point), cell.where,
                 std::string(to_string(cell.survivor)), std::string(to_string(cell.fate)), std::string(to_string(cell.declared)),
                 std::to_string(cell.runs)},
                cell.does_agree() ? Emphasis::none : Emphasis::bad);
    }
  }
  return table.empty() ? std::string() : table.render(style);
}

std::string recoveries(const CrashFindings& findings, const report::Style& style) {
  report::TextTable table({{.title = "strategy", .shortens = true},
                           {.title = "killed"},
                           {.title = "deaths", .align = Align::right},
                           {.title = "waited", .align = Align::right},
                           {.title = "p50", .align = Align::right},
                           {.title = "p90", .align = Align::right},
                           {.title = "p99", .align = Align::right},
                           {.title = "max", .align = Align::right},
                           {.title = "never", .align = Align::right},
                           {.title = "lost", .align = Align::right},
                           {.title = "twice", .align = Align::right},
                           {.title = "poisoned", .align = Align::right}});
  for (const crash::CrashReport& report : findings.strategies) {
    for (const crash::Recovery& one : report.recoveries) {
      const bool is_timed = !one.kill_to_next_ns.empty();
      const auto time = [&](double part) { return is_timed ? report::time_text(one.time_at(part)) : std::string("–"); };
      table.row({std::string(report.strategy->name()), std::string(to_string(one.role)), std::to_string(one.deaths),
                 std::to_string(one.kill_to_next_ns.size()), time(0.5), time(0.9), time(0.99), time(1), std::to_string(one.never),
                 std::to_string(one.lost), std::to_string(one.duplicated), fmt::format("{:.0f} %", 100 * one.poisoned_rate())});
    }
  }
  if (table.empty()) { return {}; }
  return "\nFrom the kill to the end of the next operation of a waiter that had to wait; messages lost or received twice; states "
         "that nobody can "
         "repair:\n" +
         table.render(style);
}

/// One cell for each way in which a contract is broken: the others of that role say the same.
std::string broken(const CrashFindings& findings, const report::Style& style) {
  std::string text;
  for (const crash::CrashReport& report : findings.strategies) {
    std::map<std::tuple<CrashSeries, crash::Survivor, crash::Fate>, std::pair<const CrashCell*, std::size_t>> first;
    for (const CrashCell& cell : report.cells) {
      if (cell.does_agree()) { continue; }
      auto& [shown, count] = first[{CrashSeries::of(cell), cell.survivor, cell.fate}];
      if (count++ == 0) { shown = &cell; }
    }
    for (const auto& [key, value] : first) {
      const auto& [cell, count] = value;
      text += "\n" +
              report::heading(fmt::format("{}: {}: {} {}, declared {}", cell->strategy->name(), to_string(std::get<0>(key)),
                                          to_string(cell->survivor), to_string(cell->fate), to_string(cell->declared)),
                              style) +
              "\n";
      text += report::paragraph("  where       ", fmt::format("at point {}, {}", point_text(cell->point), cell->where), style);
      if (count > 1) { text += fmt::format("  points      {} alike\n", count); }
      if (!cell->why.empty()) { text += report::paragraph("  what        ", cell->why, style); }
      text += fmt::format("  again       shmlab replay {}\n", shell_word(crash::crash_token(*cell->strategy, cell->point)));
    }
  }
  return text;
}

std::string left_out(const CrashFindings& findings, const report::Style& style) {
  std::map<std::string, std::string> names_by_reason;
  for (const crash::CrashReport& report : findings.strategies) {
    for (const std::string& reason : left_out_of(report)) {
      std::string& names = names_by_reason[reason];
      names += (names.empty() ? "" : ", ") + std::string(report.strategy->name());
    }
  }
  std::string text;
  for (const auto& [reason, names] : names_by_reason) {
    text += report::paragraph("  ", fmt::format("{}: {}", reason, names), style);
  }
  return text.empty() ? text : "\nLeft out:\n" + text;
}

}  // namespace

std::string crash_text(const CrashFindings& findings, const report::Style& style, bool with_points) {
  std::string text = with_points ? points(findings, style) : matrix(findings, style);
  text += broken(findings, style);
  if (!with_points) { text += recoveries(findings, style); }
  if (!findings.drifts.empty()) { text += "\nOther than expected:\n"; }
  for (const std::string& drift : findings.drifts) { text += report::paragraph("  ", drift, style); }
  text += left_out(findings, style);
  if (!findings.faults.empty()) { text += (text.empty() ? "" : "\n") + fault_text(findings.faults, style); }
  std::uint64_t runs = 0;
  for (const crash::CrashReport& report : findings.strategies) { runs += report.runs; }
  const std::size_t cells = findings.cells();
  text += fmt::format("\nruns {}, time {}:", runs, report::duration_text(findings.time));
  if (cells != 0) {
    text += fmt::format(" {} points, {} of {} survivors' fates are not what the contract allows{}", cells / 2,
                        findings.disagreeing(), cells, findings.faults.empty() ? "" : ";");
  }
  if (!findings.faults.empty()) {
    text += fmt::format(" {} of {} faults went badly", findings.bad_faults(), findings.faults.size());
  }
  return text + "\n";
}

}  // namespace shmlab::cli
