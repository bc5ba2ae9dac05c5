#include "cli/report_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>

#include "cli/shell_word.hpp"
#include "report/html/html_page.hpp"
#include "report/json_member.hpp"
#include "report/printable.hpp"
#include "report/report_document.hpp"
#include "report/result_file.hpp"

namespace shmlab::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A path from the folder of this program; empty when that cannot be found out.
fs::path beside_program(const char* path) {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path{} : (program.parent_path() / path).lexically_normal();
}

std::vector<std::string> commands_for(const json& ours) {
  std::vector<std::string> commands;
  const std::string& commit = report::text_of(ours, "commit");
  if (commit != "unknown") { commands.push_back("git checkout " + shell_word(commit.substr(0, commit.find("-dirty")))); }
  commands.emplace_back("make build");
  std::string line;
  for (const json& word : ours.at("command_line")) {
    line += line.empty() ? shell_word(word.get<std::string>()) : " " + shell_word(word.get<std::string>());
  }
  commands.push_back(std::move(line));
  return commands;
}

/// Tells runs apart by commit, then by machine, then by time; what is left, by number.
void label(std::vector<report::StoredRun>& runs) {
  const auto distinct = [&runs] {
    std::map<std::string, std::size_t> count;
    for (const report::StoredRun& run : runs) { ++count[run.label]; }
    return count.size() == runs.size();
  };
  for (report::StoredRun& run : runs) { run.label = report::text_of(run.ours(), "commit"); }
  constexpr std::size_t short_id = 6;
  const auto machine = [](const json& ours) { return report::text_of(ours.at("machine"), "id").substr(0, short_id); };
  const auto began = [](const json& ours) { return report::text_of(ours, "started_at"); };
  if (!distinct()) {
    const bool one_machine = std::ranges::all_of(
        runs, [&](const report::StoredRun& run) { return machine(run.ours()) == machine(runs.front().ours()); });
    for (report::StoredRun& run : runs) { run.label += one_machine ? " " + began(run.ours()) : " on " + machine(run.ours()); }
  }
  if (!distinct()) {
    for (std::size_t i = 0; i < runs.size(); ++i) { runs[i].label += fmt::format(" #{}", i + 1); }
  }
}

constexpr std::string_view wanted_deaths = "what 'shmlab crash --json' prints or --update writes";
constexpr std::string_view wanted_verdicts = "what 'shmlab selftest --json' or 'shmlab check --json' prints";
constexpr std::string_view wanted_check = "what 'shmlab selfcheck gate --json' prints";
constexpr const char* library_files[] = {"vega/build/vega.min.js", "vega-lite/build/vega-lite.min.js",
                                         "vega-embed/build/vega-embed.min.js"};

/// The libraries, or why they are not there.
report::HtmlScripts installed_scripts() {
  report::HtmlScripts scripts;
  for (const char* file : library_files) {
    std::ifstream stream(beside_program("../npm/node_modules") / file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream || text.empty()) {
      return {.libraries = {},
              .why_none = "Vega is not installed beside this program (scripts/setup does that where npm can be reached)"};
    }
    if (text.find("</script") != std::string::npos) {
      return {.libraries = {}, .why_none = fmt::format("{} cannot stand in a page", file)};
    }
    scripts.libraries.push_back(std::move(text));
  }
  return scripts;
}

}  // namespace

report::ReportData read_report_data(const ReportFiles& files) {
  report::ReportData data;
  for (const std::string& path : files.results) {
    report::StoredRun run{.label = {}, .commands = {}, .result = report::load_result(path)};
    run.commands = commands_for(run.ours());
    data.runs.push_back(std::move(run));
  }
  label(data.runs);
  if (files.crash) {
    data.deaths = report::deaths_in(report::load_json(*files.crash, "--crash", wanted_deaths),
                                    fmt::format("--crash '{}'", report::printable(*files.crash)));
  } else if (const fs::path kept = beside_program("../../results/reference/crash.json"); fs::exists(kept)) {
    data.deaths =
        report::deaths_in(report::load_json(kept, "table of deaths", wanted_deaths), fmt::format("'{}'", kept.string()));
  }
  for (const std::string& path : files.correctness) {
    data.correctness.push_back(report::correctness_in(report::load_json(path, "--correctness", wanted_verdicts),
                                                      fmt::format("--correctness '{}'", report::printable(path))));
  }
  if (files.gate) {
    data.gate = report::gate_check_in(report::load_json(*files.gate, "--gate", wanted_check),
                                      fmt::format("--gate '{}'", report::printable(*files.gate)));
  } else if (const fs::path kept = beside_program("../../results/reference/gate.json"); fs::exists(kept)) {
    data.gate =
        report::gate_check_in(report::load_json(kept, "check of the gate", wanted_check), fmt::format("'{}'", kept.string()));
  }
  return data;
}

std::string html_report(const report::ReportData& data, bool is_static) {
  const report::HtmlScripts scripts =
      is_static ? report::HtmlScripts{.libraries = {}, .why_none = "asked for with --static"} : installed_scripts();
  return report::html_page(report::report_document(data), scripts, report::fresh_nonce());
}

}  // namespace shmlab::cli
