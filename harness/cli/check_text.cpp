#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "catalogue/catalogue.hpp"
#include "cli/check_by_detector.hpp"
#include "cli/check_report.hpp"
#include "report/paragraph.hpp"
#include "report/progress.hpp"
#include "report/text_table.hpp"

namespace shmlab::cli {
namespace {

using report::Align;
using run::PropertyFinding;
using run::PropertyReport;

std::string lanes_of(const PropertyReport& pair) {
  std::string text;
  for (const run::LaneReport& lane : pair.lanes) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", lane.runs, to_string(lane.lane));
  }
  return text;
}

std::string pair_table(const CheckReport& report, const report::Style& style) {
  report::TextTable table({{.title = "scenario"},
                           {.title = "strategy", .shortens = true},
                           {.title = "runs", .align = Align::right},
                           {.title = "in lanes"},
                           {.title = "verdict"},
                           {.title = "remark", .optional = true, .shortens = true}});
  for (const PropertyReport& pair : report.pairs) {
    const bool is_bad = pair.judgement() == Judgement::violated;
    table.row({std::string(pair.scenario->name()), std::string(pair.strategy->name()), std::to_string(pair.runs()),
               lanes_of(pair), std::string(to_string(pair.judgement())), pair.shortfall},
              is_bad ? report::Emphasis::bad : report::Emphasis::none);
  }
  return table.render(style);
}

std::string finding_text(const PropertyReport& pair, const PropertyFinding& finding, const report::Style& style) {
  std::string text = "\n" +
                     report::heading(fmt::format("{}: {} in {}", to_string(finding.verdict.judgement), pair.strategy->name(),
                                                 pair.scenario->name()),
                                     style) +
                     "\n";
  text += report::paragraph("  what        ", finding.verdict.why, style);
  if (!finding.verdict.detail.empty()) { text += "\n" + finding.verdict.detail + "\n"; }
  text += fmt::format("  detector    {}\n", finding.detector);
  text += fmt::format("  parameters  {}\n", catalogue::to_string(*pair.scenario, finding.values));
  text += fmt::format("  lane        {}, region {}{}\n", to_string(finding.lane), to_string(finding.region),
                      finding.perturbation != 0 ? ", perturbed" : "");
  if (finding.lane == run::Lane::scheduled) {
    text += fmt::format("  schedule    {} preemption{}\n", finding.schedule.size(), finding.schedule.size() == 1 ? "" : "s");
  }
  text += fmt::format("  found       in run {} of seed {}\n", finding.run, pair.seed);
  if (finding.reruns > 0) {
    text += fmt::format("  rate        {} of {} more runs with the same parameters did not end well\n", finding.reproduced,
                        finding.reruns);
  }
  return text + fmt::format("  again       {}\n", replay_line(finding));
}

std::string findings(const CheckReport& report, const report::Style& style) {
  std::string text;
  for (const PropertyReport& pair : report.pairs) {
    if (pair.violation) { text += finding_text(pair, *pair.violation, style); }
    if (pair.doubt) { text += finding_text(pair, *pair.doubt, style); }
  }
  return text;
}

/// Names of what has the same reason.
using NamesByReason = std::map<std::string, std::string>;

void add(NamesByReason& all, const std::string& reason, std::string_view name) {
  std::string& names = all[reason];
  names += (names.empty() ? "" : ", ") + std::string(name);
}

std::string paragraphs(const NamesByReason& all, const report::Style& style) {
  std::string text;
  for (const auto& [reason, names] : all) { text += report::paragraph("  ", fmt::format("{}: {}", reason, names), style); }
  return text;
}

/// What was run less than was due, each reason once.
std::string cut_short(const CheckReport& report, const report::Style& style) {
  NamesByReason names;
  for (const PropertyReport& pair : report.pairs) {
    if (pair.shortfall.empty()) { continue; }
    add(names, pair.shortfall, fmt::format("{}/{}", pair.scenario->name(), pair.strategy->name()));
  }
  return names.empty() ? std::string() : "\nCut short:\n" + paragraphs(names, style);
}

std::string misfits(const CheckReport& report, const report::Style& style, bool with_pairs) {
  if (report.misfits.empty()) { return {}; }
  if (!with_pairs) {
    return report::paragraph("  ", fmt::format("pairs that do not fit: {} (--pairs says why)", report.misfits.size()), style);
  }
  NamesByReason names;
  for (const Misfit& misfit : report.misfits) { add(names, misfit.scenario + " " + misfit.reason, misfit.strategy); }
  return paragraphs(names, style);
}

/// What was not run, each reason once.
std::string left_out(const CheckReport& report, const report::Style& style, bool with_pairs) {
  std::map<std::string, std::size_t> pairs_by_reason;
  for (const PropertyReport& pair : report.pairs) {
    for (const run::LaneReport& lane : pair.lanes) {
      for (const std::string& reason : lane.left_out) {
        ++pairs_by_reason[fmt::format("lane {} without {}", to_string(lane.lane), reason)];
      }
    }
  }
  std::string text = misfits(report, style, with_pairs);
  for (const auto& [reason, pairs] : pairs_by_reason) {
    text += report::paragraph("  ", fmt::format("{} (pairs: {})", reason, pairs), style);
  }
  return text.empty() ? text : "\nLeft out:\n" + text;
}

std::string summary(const CheckReport& report) {
  std::uint64_t runs = 0;
  std::map<Judgement, std::size_t> pairs;
  for (const PropertyReport& pair : report.pairs) {
    runs += pair.runs();
    ++pairs[pair.judgement()];
  }
  return fmt::format("\nruns {}, pairs {}, time {}, seed {}: {} ok, {} violated, {} unknown\n", runs, report.pairs.size(),
                     report::duration_text(report.time), report.seed, pairs[Judgement::ok], pairs[Judgement::violated],
                     pairs[Judgement::unknown]);
}

}  // namespace

ExitCode exit_code_of(const CheckReport& report) {
  const auto any = [&report](Judgement judgement) {
    return std::ranges::any_of(report.pairs, [judgement](const PropertyReport& pair) { return pair.judgement() == judgement; });
  };
  if (any(Judgement::violated)) { return ExitCode::finding; }
  return any(Judgement::unknown) ? ExitCode::inconclusive : ExitCode::ok;
}

std::string check_text(const CheckReport& report, const report::Style& style, bool with_pairs) {
  const std::string pairs = with_pairs ? "\n" + pair_table(report, style) : std::string();
  return detector_table(report, style) + pairs + findings(report, style) + cut_short(report, style) +
         left_out(report, style, with_pairs) + summary(report);
}

}  // namespace shmlab::cli
