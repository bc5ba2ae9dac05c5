#include <fmt/core.h>
#include <unistd.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/report_files.hpp"
#include "cli/report_format.hpp"
#include "cli/writable_path.hpp"
#include "contract/error.hpp"
#include "report/formats/formats.hpp"
#include "report/json_text.hpp"
#include "report/report_document.hpp"
#include "report/result_file.hpp"
#include "report/terminal_table.hpp"
#include "report/text_table.hpp"

namespace shmlab::cli {
namespace {

struct ReportOptions {
  ReportFiles files;
  std::optional<std::string> output;
  std::optional<std::string> format;
  bool is_static = false;
};

std::string tables(const report::ReportData& data, const report::Style& style) {
  std::string text;
  for (const report::StoredRun& run : data.runs) {
    if (data.runs.size() > 1) { text += (text.empty() ? "" : "\n") + report::heading(run.label, style) + "\n"; }
    text += report::terminal_table(run.result, style);
  }
  return text;
}

/// The formats of other people's tools hold one run each.
const report::StoredRun& only_run(const report::ReportData& data, std::string_view format) {
  if (data.runs.size() > 1) {
    throw BadInput(fmt::format("--format {} takes one result file; {} were given", format, data.runs.size()));
  }
  return data.runs.front();
}

std::string written(const ReportOptions& options, ReportFormat format, const report::Style& style) {
  const report::ReportData data = read_report_data(options.files);
  switch (format) {
    case ReportFormat::terminal: return tables(data, style);
    case ReportFormat::html: return html_report(data, options.is_static);
    case ReportFormat::markdown: return report::markdown(report::report_document(data));
    case ReportFormat::csv: return report::csv(data);
    case ReportFormat::junit: return report::junit(data);
    case ReportFormat::json: return report::to_text(report::findings_json(data, report::report_document(data)));
    case ReportFormat::github_action_benchmark:
      return report::to_text(report::github_action_benchmark(only_run(data, "github-action-benchmark")));
    case ReportFormat::bencher: return report::to_text(report::bencher(only_run(data, "bencher")));
  }
  return {};
}

ExitCode run_report(const ReportOptions& options) {
  if (options.files.results.empty()) { throw BadInput("no result file: expected 'shmlab report RESULT.json'"); }
  const ReportFormat format = report_format(options.format, options.output);
  if (options.is_static && format != ReportFormat::html) {
    throw BadInput("--static is for HTML alone: expected --format html or a FILE.html");
  }
  if (options.output) { require_writable("--output", *options.output); }
  const std::string text = written(options, format, options.output ? report::Style{} : report::style_for(STDOUT_FILENO));
  if (!options.output) {
    write_output(text);
    return ExitCode::ok;
  }
  report::write_text(*options.output, text);
  fmt::print(stderr, "report: {}\n", *options.output);
  return ExitCode::ok;
}

Action declare_report(Options options) {
  const auto chosen = std::make_shared<ReportOptions>();
  ReportOptions* const to = chosen.get();
  options.operands("RESULT", to->files.results, "Result files of 'shmlab bench': of several machines or commits, side by side");
  options.text("-o,--output", "FILE", to->output, "Write the report there: .html, .md, .csv, .xml (JUnit), .json or .txt");
  options.text("--format", "NAME", to->format,
               "terminal (without --output), html, markdown, csv, junit, json, github-action-benchmark or bencher; instead of "
               "what the suffix says");
  options.text("--crash", "FILE", to->files.crash,
               "Deaths: what 'shmlab crash --json' printed, instead of the table that the source tree keeps");
  options.texts("--correctness", "FILE", to->files.correctness,
                "What 'shmlab selftest --json' or 'shmlab check --json' printed; may be given several times");
  options.text("--gate", "FILE", to->files.gate,
               "What 'shmlab selfcheck gate --json' printed, instead of what the source tree keeps");
  options.flag("--static", to->is_static, "HTML with the static charts alone: a smaller file");
  return [chosen] { return run_report(*chosen); };
}

}  // namespace

const Command report_command{
    .name = "report",
    .summary = "Make reports of stored results: tables, HTML with charts, Markdown, CSV, JUnit XML, JSON",
    .examples =
        "  shmlab report results/latest.json\n"
        "  shmlab report results/latest.json -o report.html\n"
        "  shmlab report before.json after.json -o compared.html\n"
        "  shmlab report results/latest.json --format markdown > comment.md\n"
        "  shmlab report results/latest.json --correctness selftest.json --crash crash.json -o report.html\n"
        "  shmlab report results/latest.json --format bencher -o bencher.json\n",
    .declare = declare_report};

}  // namespace shmlab::cli
