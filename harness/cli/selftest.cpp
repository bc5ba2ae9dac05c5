#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/selftest_report.hpp"
#include "cli/shell_word.hpp"
#include "contract/error.hpp"
#include "report/json_text.hpp"
#include "report/progress.hpp"
#include "run/hunt.hpp"
#include "run/result.hpp"
#include "run/startup.hpp"

namespace shmlab::cli {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

struct SelftestOptions {
  std::vector<std::string> controls;
  std::vector<std::string> detectors;
  std::uint64_t times = 1;
  nanoseconds budget = std::chrono::seconds{10};
  std::string tsan_program;
  bool json = false;
};

/// For a detector that is not the one that has to catch it.
nanoseconds curiosity(std::string_view detector) {
  return std::chrono::milliseconds(detector == run::detector::explorer ? 2000 : 50);
}

std::vector<const catalogue::StrategyEntry*> chosen_controls(const std::vector<std::string>& globs) {
  std::vector<const catalogue::StrategyEntry*> chosen;
  for (const catalogue::StrategyEntry& strategy : catalogue::all().strategies) {
    if (strategy.kind != Kind::control) { continue; }
    const bool wanted = globs.empty() || std::ranges::any_of(globs, [&](const std::string& glob) {
                          const auto matching = catalogue::strategies_matching(glob);
                          return std::ranges::find(matching, &strategy) != matching.end();
                        });
    if (wanted) { chosen.push_back(&strategy); }
  }
  if (chosen.empty()) {
    throw BadInput(fmt::format("--control '{}': expected a control, as in 'shmlab list --kind control'", globs.front()));
  }
  return chosen;
}

/// The same program in the build for ThreadSanitizer, beside this one's folder.
std::string usual_tsan_program() {
  std::error_code error;  // without /proc there is none
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path program = self.parent_path().parent_path() / "tsan" / "shmlab";
  return std::filesystem::exists(program, error) ? program.string() : std::string();
}

DetectorRow try_detector(const catalogue::StrategyEntry& control, const std::string& detector, const SelftestOptions& options) {
  DetectorRow row;
  row.detector = detector;
  row.unavailable = run::unavailable_detector(detector);
  if (!row.unavailable.empty()) { return row; }
  run::Hunt hunt(control, detector);
  const bool is_named = control.descriptor.caught_by == detector;
  if (hunt.is_hopeless() && !is_named) {
    row.unavailable = "no scenario of it fits";
    return row;
  }
  constexpr std::uint64_t apart = 100'000;
  // An exploration takes the same way each time: once is as good as often.
  const bool is_random = detector != run::detector::explorer;
  for (row.times = 0; row.times < (is_named && is_random ? options.times : 1); ++row.times) {
    const run::Catch result = hunt.run(apart * row.times, is_named ? options.budget : curiosity(detector));
    row.caught += result.caught ? 1 : 0;
    row.runs += result.runs;
    row.seconds += std::chrono::duration<double>(result.time).count();
  }
  return row;
}

/// What the build for ThreadSanitizer says about these controls.
nlohmann::json ask_tsan_program(const std::vector<const catalogue::StrategyEntry*>& controls, const SelftestOptions& options,
                                const std::string& program) {
  std::string command = fmt::format("{} selftest --detector tsan --times {} --budget {}ms --json", shell_word(program),
                                    options.times, std::chrono::duration_cast<std::chrono::milliseconds>(options.budget).count());
  for (const catalogue::StrategyEntry* control : controls) { command += " --control " + shell_word(control->name()); }
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "re"), pclose);
  if (!pipe) { throw BadInput(fmt::format("cannot start '{}'", program)); }
  std::string text;
  std::array<char, 65536> piece;
  for (std::size_t got = 0; (got = fread(piece.data(), 1, piece.size(), pipe.get())) > 0;) { text.append(piece.data(), got); }
  nlohmann::json answer = nlohmann::json::parse(text, nullptr, false);
  if (answer.is_discarded()) {
    throw BadInput(fmt::format("--tsan-program '{}': expected a build of this program for ThreadSanitizer", program));
  }
  return answer;
}

SelftestReport selftest(const SelftestOptions& options) {
  const auto begin = steady_clock::now();
  const auto controls = chosen_controls(options.controls);
  std::vector<std::string> detectors = options.detectors;
  if (detectors.empty()) { detectors.assign(std::begin(run::detector::all), std::end(run::detector::all)); }
  for (const std::string& detector : detectors) { run::unavailable_detector(detector); }
  run::start_runner();
  report::Progress progress(controls.size(), "selftest");
  SelftestReport report;
  for (const catalogue::StrategyEntry* control : controls) {
    ControlRow row{.name = std::string(control->name()),
                   .named = std::string(control->descriptor.caught_by),
                   .summary = std::string(control->descriptor.summary),
                   .by = {}};
    for (const std::string& detector : detectors) { row.by.push_back(try_detector(*control, detector, options)); }
    progress.advance(1, row.name);
    report.controls.push_back(std::move(row));
  }
  progress.finish();
  const std::string program = options.tsan_program.empty() ? usual_tsan_program() : options.tsan_program;
  const bool wants_tsan = std::ranges::find(detectors, run::detector::tsan) != detectors.end();
  if (wants_tsan && !program.empty() && !run::unavailable_detector(run::detector::tsan).empty()) {
    merge(report, ask_tsan_program(controls, options, program));
  }
  report.seconds = std::chrono::duration<double>(steady_clock::now() - begin).count();
  return report;
}

ExitCode run_selftest(const SelftestOptions& options) {
  const SelftestReport report = selftest(options);
  write_output(options.json ? report::to_text(selftest_json(report)) : selftest_text(report, report::style_for(STDOUT_FILENO)));
  return exit_code_of(report);
}

Action declare_selftest(Options options) {
  const auto chosen = std::make_shared<SelftestOptions>();
  SelftestOptions* const to = chosen.get();
  options.texts("--control", "GLOB", to->controls, "A control, by name or glob; may be given several times (default: all)");
  options.texts("--detector", "NAME", to->detectors, "A detector; may be given several times (default: all)");
  options.number("--times", 1, 10'000, to->times, "How often the detector that a control names has to catch it (default: 1)");
  options.time("--budget", to->budget, "Time within which it has to, each time (default: 10s)");
  options.text("--tsan-program", "FILE", to->tsan_program,
               "This program built for ThreadSanitizer, which is asked for that detector (default: ../tsan/shmlab, from here)");
  options.flag("--json", to->json, "Print one JSON object");
  return [chosen] { return run_selftest(*chosen); };
}

}  // namespace

const Command selftest_command{.name = "selftest",
                               .summary = "Let every detector hunt every control: strategies that are broken on purpose",
                               .examples =
                                   "  shmlab selftest\n"
                                   "  shmlab selftest --times 20\n"
                                   "  shmlab selftest --control 'broken_seqlock*' --detector schedules --json\n",
                               .declare = declare_selftest};

}  // namespace shmlab::cli
