#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "cli/command.hpp"
#include "cli/comparable_set.hpp"
#include "cli/compare_report.hpp"
#include "cli/output.hpp"
#include "cli/writable_path.hpp"
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
  std::uint64_t seed = 1;
  std::optional<std::string> out;
  std::optional<std::string> markdown;
  bool strict = false;
  bool json = false;
};

CompareReport contest(const CompareOptions& options) {
  const auto begin = steady_clock::now();
  run::catch_interrupts();
  selection_of(options.choice);  // what this program would refuse, in its own words
  gate::ServedProgram base(options.base, arguments_of(options.choice));
  gate::ServedProgram head(options.head, arguments_of(options.choice));
  report::Progress progress(1, "compare");
  CompareReport report;
  report.comparison =
      gate::contest(base, head, {.seed = options.seed}, [&](std::uint64_t, std::uint64_t in_all, std::string_view name) {
        progress.expect(in_all);
        progress.advance(1, name);
      });
  progress.finish();
  report.base = {options.base, base.version()};
  report.head = {options.head, head.version()};
  report.machine = head.machine();
  report.seed = options.seed;
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
  options.operand("BASE", "PROGRAM", to->base, "shmlab built from what there was");
  options.operand("HEAD", "PROGRAM", to->head, "shmlab built from what there is now, with the same flags");
  add_comparison_choice(options, to->choice);
  options.number("--seed", 0, std::numeric_limits<std::uint64_t>::max(), to->seed, "Of the coins that say who goes first");
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
        "  shmlab compare BASE HEAD --set all --strict --json\n",
    .declare = declare_compare};

}  // namespace shmlab::cli
