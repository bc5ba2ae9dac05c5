#include <unistd.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "contract/error.hpp"
#include "report/result_file.hpp"
#include "report/terminal_table.hpp"
#include "report/text_table.hpp"

namespace shmlab::cli {
namespace {

using Paths = std::vector<std::string>;

ExitCode run_report(const Paths& paths) {
  if (paths.empty()) { throw BadInput("no result file: expected 'shmlab report RESULT.json'"); }
  std::vector<nlohmann::json> results;
  for (const std::string& path : paths) { results.push_back(report::load_result(path)); }
  const report::Style style = report::style_for(STDOUT_FILENO);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (paths.size() > 1) { write_output((i == 0 ? "" : "\n") + report::heading(paths[i], style) + "\n"); }
    write_output(report::terminal_table(results[i], style));
  }
  return ExitCode::ok;
}

Action declare_report(Options options) {
  const auto paths = std::make_shared<Paths>();
  options.operands("RESULT", *paths, "Result files of 'shmlab bench'");
  return [paths] { return run_report(*paths); };
}

}  // namespace

const Command report_command{.name = "report",
                             .summary = "Print the tables of stored results",
                             .examples =
                                 "  shmlab report results/latest.json\n"
                                 "  shmlab report before.json after.json\n",
                             .declare = declare_report};

}  // namespace shmlab::cli
