#include "cli/selftest_report.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "report/text_table.hpp"
#include "run/result.hpp"

namespace shmlab::cli {
namespace {

std::string cell(const DetectorRow& row) {
  if (row.times == 0) { return row.unavailable.empty() ? std::string() : "not here"; }
  if (row.caught == 0) { return "-"; }
  const double each = row.seconds / static_cast<double>(row.times);
  return fmt::format("{}/{} {:.2f} s", row.caught, row.times, each);
}

std::string verdict_of(const ControlRow& control) {
  if (control.is_for_later()) { return "nobody yet"; }
  const DetectorRow* const row = control.named_row();
  if (row == nullptr || row->times == 0) { return "not tried"; }
  return row->always() ? "caught" : "MISSED";
}

}  // namespace

const DetectorRow* ControlRow::named_row() const {
  const auto row = std::ranges::find(by, named, &DetectorRow::detector);
  return row == by.end() ? nullptr : &*row;
}

bool ControlRow::is_for_later() const {
  return std::ranges::find(run::detector::all, named) == std::end(run::detector::all);
}

ExitCode exit_code_of(const SelftestReport& report) {
  const auto any = [&report](std::string_view verdict) {
    return std::ranges::any_of(report.controls, [&](const ControlRow& control) { return verdict_of(control) == verdict; });
  };
  if (any("MISSED")) { return ExitCode::finding; }
  return any("not tried") ? ExitCode::inconclusive : ExitCode::ok;
}

nlohmann::json selftest_json(const SelftestReport& report) {
  nlohmann::json controls = nlohmann::json::array();
  for (const ControlRow& control : report.controls) {
    nlohmann::json by = nlohmann::json::array();
    for (const DetectorRow& row : control.by) {
      nlohmann::json entry{{"detector", row.detector}, {"caught", row.always()}, {"seconds", row.seconds},
                           {"runs", row.runs},         {"times", row.times},     {"caught_times", row.caught}};
      if (!row.unavailable.empty()) { entry["unavailable"] = row.unavailable; }
      by.push_back(std::move(entry));
    }
    const DetectorRow* const named = control.named_row();
    controls.push_back({{"name", control.name},
                        {"named_detector", control.named},
                        {"caught", named != nullptr && named->always()},
                        {"summary", control.summary},
                        {"by", std::move(by)}});
  }
  return {{"controls", std::move(controls)}, {"seconds", report.seconds}};
}

void merge(SelftestReport& into, const nlohmann::json& other) {
  for (ControlRow& control : into.controls) {
    for (const nlohmann::json& theirs : other.at("controls")) {
      if (theirs.at("name") != control.name) { continue; }
      for (const nlohmann::json& row : theirs.at("by")) {
        const auto ours = std::ranges::find(control.by, row.at("detector").get<std::string>(), &DetectorRow::detector);
        if (ours == control.by.end() || ours->unavailable.empty() || row.at("times") == 0) { continue; }
        ours->unavailable.clear();
        ours->times = row.at("times");
        ours->caught = row.at("caught_times");
        ours->runs = row.at("runs");
        ours->seconds = row.at("seconds");
      }
    }
  }
}

std::string selftest_text(const SelftestReport& report, const report::Style& style) {
  std::vector<report::Column> columns{{.title = "control"}, {.title = "named"}, {.title = "verdict"}};
  if (!report.controls.empty()) {
    for (const DetectorRow& row : report.controls.front().by) { columns.push_back({.title = row.detector}); }
  }
  report::TextTable table(std::move(columns));
  std::size_t caught = 0;
  for (const ControlRow& control : report.controls) {
    const std::string verdict = verdict_of(control);
    caught += verdict == "caught" ? 1 : 0;
    std::vector<std::string> cells{control.name, control.named, verdict};
    std::ranges::transform(control.by, std::back_inserter(cells), cell);
    table.row(std::move(cells), verdict == "MISSED" ? report::Emphasis::bad : report::Emphasis::none);
  }
  const auto later = std::ranges::count_if(report.controls, &ControlRow::is_for_later);
  return table.render(style) +
         fmt::format("\ncontrols {}: {} caught by the detector that they name, {} for detectors to come; {:.0f} s\n",
                     report.controls.size(), caught, later, report.seconds);
}

}  // namespace shmlab::cli
