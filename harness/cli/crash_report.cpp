#include "cli/crash_report.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

namespace shmlab::cli {
namespace {

using crash::CrashCell;
using crash::Fate;

using Count = std::pair<Fate, std::size_t>;

std::string text_of(const std::vector<Count>& counts, bool with_numbers = true) {
  std::string text;
  for (const auto& [fate, count] : counts) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", crash::to_string(fate));
    if (with_numbers) { text += fmt::format(" {}", count); }
  }
  return text;
}

std::vector<Fate> fates_of(const crash::CrashReport& report, const CrashSeries& series, crash::Survivor survivor) {
  std::vector<Fate> fates;
  for (const CrashCell& cell : report.cells) {
    if (series.has(cell) && cell.survivor == survivor) { fates.push_back(cell.fate); }
  }
  return fates;
}

std::size_t count_cells(const CrashFindings& findings, bool (*counts)(const CrashCell&)) {
  std::size_t sum = 0;
  for (const crash::CrashReport& report : findings.strategies) {
    sum += static_cast<std::size_t>(std::ranges::count_if(report.cells, counts));
  }
  return sum;
}

}  // namespace

std::size_t CrashFindings::cells() const {
  return count_cells(*this, [](const CrashCell& /*cell*/) { return true; });
}
std::size_t CrashFindings::disagreeing() const {
  return count_cells(*this, [](const CrashCell& cell) { return cell.fate != Fate::unknown && !cell.does_agree(); });
}

std::size_t CrashFindings::bad_faults() const {
  return static_cast<std::size_t>(std::ranges::count_if(faults, [](const crash::FaultRow& row) { return row.agrees == false; }));
}

ExitCode exit_code_of(const CrashFindings& findings) {
  if (findings.disagreeing() != 0 || findings.bad_faults() != 0 || !findings.drifts.empty()) { return ExitCode::finding; }
  const auto unknown = count_cells(findings, [](const CrashCell& cell) { return cell.fate == Fate::unknown; });
  return unknown != 0 ? ExitCode::inconclusive : ExitCode::ok;
}

std::string course_of(const crash::CrashReport& report, const CrashSeries& series, crash::Survivor survivor) {
  std::vector<Count> counts;
  for (const Fate fate : fates_of(report, series, survivor)) {
    if (counts.empty() || counts.back().first != fate) { counts.emplace_back(fate, 0); }
    ++counts.back().second;
  }
  return text_of(counts, series.kind != crash::CrashKind::instruction);
}

std::string tally_of(const crash::CrashReport& report, const CrashSeries& series, crash::Survivor survivor) {
  std::map<Fate, std::size_t> counts;
  for (const Fate fate : fates_of(report, series, survivor)) { ++counts[fate]; }
  return text_of({counts.rbegin(), counts.rend()});
}

std::string to_string(const CrashSeries& series) {
  const auto what = [&]() -> std::string_view {
    switch (series.kind) {
      case crash::CrashKind::access:
      case crash::CrashKind::asleep: return "";
      case crash::CrashKind::instruction: return ", by instruction";
      case crash::CrashKind::stopped: return ", is stopped";
      case crash::CrashKind::second: return ", then the next";
      case crash::CrashKind::forks: return ", forks";
      case crash::CrashKind::fork_dies: return ", forks and dies";
      case crash::CrashKind::execs: return ", executes another program";
    }
    return "";
  };
  return fmt::format("{}{}", crash::to_string(series.role), what());
}

std::vector<std::string> left_out_of(const crash::CrashReport& report) {
  std::vector<std::string> reasons = report.left_out;
  if (!report.unavailable.empty()) { reasons.insert(reasons.begin(), report.unavailable); }
  return reasons;
}

std::vector<CrashSeries> series_in(const crash::CrashReport& report) {
  std::vector<CrashSeries> all;
  for (const CrashCell& cell : report.cells) {
    const CrashSeries series = CrashSeries::of(cell);
    if (std::ranges::find(all, series) == all.end()) { all.push_back(series); }
  }
  return all;
}

}  // namespace shmlab::cli
