#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "cli/command.hpp"
#include "cli/comparable_set.hpp"
#include "cli/compare_report.hpp"
#include "cli/floor_probe.hpp"
#include "cli/output.hpp"
#include "cli/writable_path.hpp"
#include "contract/error.hpp"
#include "gate/served_program.hpp"
#include "report/json_text.hpp"
#include "report/progress.hpp"
#include "report/result_file.hpp"
#include "run/interrupt.hpp"

namespace shmlab::cli {
namespace {

using std::chrono::steady_clock;

struct CompareOptions {
  std::string base;
  std::string head;
  ComparisonChoice choice;
  gate::ContestOrder order;
  std::optional<std::string> out;
  std::optional<std::string> markdown;
  std::optional<std::chrono::nanoseconds> budget;
  std::uint64_t tolerated_percent = 0;  ///< 0: not chosen
  std::uint64_t line_ns = 0;            ///< likewise
  bool force = false;
  bool strict = false;
  bool json = false;
};

/// Nothing is observed, and every case says why not.
gate::Comparison uncompared(const gate::Contestant& head) {
  gate::Comparison comparison;
  for (const std::string& name : head.cases()) {
    gate::CaseComparison& one = comparison.cases.emplace_back();
    one.name = name;
    one.finding.verdict = gate::Verdict::not_comparable;
  }
  return comparison;
}

/// A pull request waits for it; the whole set takes what it takes.
constexpr std::chrono::minutes budget_of_pull_request{4};

/// Above the margin of noise: below there would be nothing between them.
constexpr std::uint64_t least_tolerated_percent = 3;

/// The order with what the options make of it, for programs that have been started on this machine.
gate::ContestOrder order_of(const CompareOptions& options, steady_clock::time_point begin, std::string_view machine) {
  gate::ContestOrder order = options.order;
  order.line_ns = line_between(machine);
  if (options.line_ns > 0) {
    if (!order.line_ns) {
      throw BadInput("--line: of programs on another machine, or on one CPU, nobody can look at a line; leave it out");
    }
    order.counted_line_ns = static_cast<double>(options.line_ns);
  }
  if (options.tolerated_percent > 0) {
    order.margins.tolerated = std::log1p(static_cast<double>(options.tolerated_percent) / 100);
    order.margins_of_unsteady = order.margins;
  }
  std::optional<std::chrono::nanoseconds> budget = options.budget;
  if (!budget && options.choice.is_for_pull_request() && order.only.empty()) { budget = budget_of_pull_request; }
  if (budget) {
    order.has_time = [end = begin + *budget] { return steady_clock::now() < end; };
  }
  return order;
}

CompareReport contest(const CompareOptions& options) {
  const auto begin = steady_clock::now();
  run::catch_interrupts();
  check_set(options.choice);  // what this program would refuse, in its own words
  for (const std::string& program : {options.base, options.head}) {
    if (program.ends_with(".json")) {
      throw BadInput(fmt::format(
          "'{}' is no program: stored results show a trend ('shmlab report OLD.json NEW.json'), and decide nothing", program));
    }
  }
  gate::ServedProgram base(options.base, arguments_of(options.choice));
  gate::ServedProgram head(options.head, arguments_of(options.choice));
  CompareReport report;
  report.base = {options.base, base.version(), base.machine()};
  report.head = {options.head, head.version(), head.machine()};
  report.seed = options.order.seed;
  report.is_forced = options.force;
  if (report.is_same_machine() || options.force) {
    report::Progress progress(1, "compare");
    const gate::ContestOrder order = order_of(options, begin, report.is_same_machine() ? report.head.machine : std::string());
    report.comparison = gate::contest(base, head, order, [&](std::uint64_t, std::uint64_t in_all, std::string_view name) {
      progress.expect(in_all);
      progress.advance(1, name);
    });
    progress.finish();
  } else {
    report.comparison = uncompared(head);
  }
  report.time = steady_clock::now() - begin;
  return report;
}

ExitCode run_compare(const CompareOptions& options) {
  if (options.out) { require_writable("--out", *options.out); }
  if (options.markdown) { require_writable("--markdown", *options.markdown); }
  const CompareReport report = contest(options);
  const nlohmann::json result = compare_json(report, options.strict);
  if (options.out) { report::write_text(*options.out, report::to_text(result)); }
  if (options.markdown) { report::write_text(*options.markdown, compare_markdown(report)); }
  write_output(options.json ? report::to_text(result) : compare_text(report, report::style_for(STDOUT_FILENO)));
  return exit_code_of(report, options.strict);
}

Action declare_compare(Options options) {
  const auto to = std::make_shared<CompareOptions>();
  options.operand("BASE", "PROGRAM", to->base, "shmlab built from what there was, or a script that starts it");
  options.operand("HEAD", "PROGRAM", to->head, "shmlab built from what there is now, with the same flags");
  add_comparison_choice(options, to->choice);
  options.texts("--case", "NAME", to->order.only, "Of those, only this case; may be given several times");
  options.number("--family", 1, 100'000, to->order.family,
                 "Judge as strictly as if so many cases were compared (default: as many as are)");
  options.number("--pairs", 1, gate::most_pairs, to->order.pairs,
                 "Exactly so many pairs of each case, instead of as many as it takes: for the size of a difference");
  options.number(
      "--line", 1, 100'000, to->line_ns,
      "Count pairs only while a cache line takes about so many ns there and back between two CPUs (default: as mostly)");
  options.time(
      "--budget", to->budget,
      "Time after which no case gets more pairs than the first thirty (default: 4m for the set of a pull request, else none)");
  options.number(
      "--tolerate", least_tolerated_percent, 1000, to->tolerated_percent,
      "Slower by less than so many per cent passes (default: 5, and 25 of cases whose pace is the kernel's, or chance)");
  options.number("--seed", 0, std::numeric_limits<std::uint64_t>::max(), to->order.seed, "Of the coins that say who goes first");
  options.flag("--force", to->force, "Compare programs on different machines too, for information: the exit code is 0 then");
  options.flag("--strict", to->strict, "End with 3 when a case is INCONCLUSIVE");
  options.text("--out", "FILE", to->out, "Write the JSON object to a file too");
  options.text("--markdown", "FILE", to->markdown, "Write the report as Markdown, for a pull request");
  options.flag("--json", to->json, "Print one JSON object");
  return [to] { return run_compare(*to); };
}

}  // namespace

const Command compare_command{
    .name = "compare",
    .summary = "Say what one build of shmlab does slower or faster than another, from interleaved runs of both",
    .examples =
        "  shmlab compare ../base/build/release/shmlab build/release/shmlab\n"
        "  shmlab compare BASE HEAD --scenario stream --markdown comment.md\n"
        "  shmlab compare BASE HEAD --set all --strict --json\n"
        "  shmlab compare BASE HEAD --case stream/spsc_ring --pairs 200\n",
    .declare = declare_compare};

}  // namespace shmlab::cli
