#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/crash_expectation.hpp"
#include "cli/crash_report.hpp"
#include "cli/output.hpp"
#include "cli/selection.hpp"
#include "cli/writable_path.hpp"
#include "contract/error.hpp"
#include "contract/nearest.hpp"
#include "crash/crash_jobs.hpp"
#include "report/json_text.hpp"
#include "report/progress.hpp"
#include "report/result_file.hpp"
#include "run/startup.hpp"

namespace shmlab::cli {
namespace {

using std::chrono::steady_clock;

struct CrashOptions {
  Selection selection;
  crash::CrashOrder order;
  std::uint64_t point = 0;  ///< 0: every one
  std::vector<std::string> faults;
  std::uint64_t rounds = crash::FaultOrder{}.rounds;
  std::optional<std::string> expected;
  std::optional<std::string> update;
  unsigned jobs = crash::crash_jobs_here();
  bool points = false;
  bool json = false;
};

crash::CrashRole role_from(const std::string& word) {
  std::vector<std::string_view> words;
  for (const crash::CrashRole role : crash::all_crash_roles) {
    if (to_string(role) == word) { return role; }
    words.push_back(to_string(role));
  }
  throw unknown_name("role", word, words);
}

crash::CrashKind kind_from(const std::string& word) {
  std::vector<std::string_view> words;
  for (const crash::CrashKind kind : crash::all_crash_kinds) {
    if (kind == crash::CrashKind::asleep) { continue; }  // a part of access
    if (to_string(kind) == word) { return kind; }
    words.push_back(to_string(kind));
  }
  throw unknown_name("kind", word, words);
}

/// Of everything only: who asks for a strategy or a role asks for deaths in it.
bool is_whole(const CrashOptions& options) {
  return options.selection.strategies.empty() && !options.selection.controls && !options.order.role && options.point == 0 &&
         !options.order.kind;
}

std::vector<const crash::Fault*> chosen_faults(const CrashOptions& options) {
  std::vector<const crash::Fault*> chosen;
  std::vector<std::string> patterns = options.faults;
  if (patterns.empty() && is_whole(options)) { patterns = {"*"}; }
  for (const std::string& pattern : patterns) {
    for (const crash::Fault* fault : crash::faults_matching(pattern)) {
      if (std::ranges::find(chosen, fault) == chosen.end()) { chosen.push_back(fault); }
    }
  }
  return chosen;
}

void inject_all(const CrashOptions& options, CrashFindings& findings) {
  const std::vector<const crash::Fault*> faults = chosen_faults(options);
  report::Progress progress(faults.size(), "fault");
  for (const crash::Fault* fault : faults) {
    const std::string name(fault->name);
    const crash::FaultOrder order{.strategies = chosen_strategies(options.selection), .rounds = options.rounds, .on_round = [&] {
                                    progress.advance(0, name);
                                  }};
    std::ranges::move(crash::inject(*fault, order), std::back_inserter(findings.faults));
    progress.advance(1, name);
  }
  progress.finish();
}

void kill_all(const CrashOptions& options, CrashFindings& findings) {
  const auto strategies = chosen_strategies(options.selection);
  crash::CrashOrder order = options.order;
  if (options.point != 0) { order.point = options.point; }
  const std::vector<crash::CrashShare> shares = crash::crash_shares(strategies, order);
  report::Progress progress(shares.size(), "crash");
  findings.strategies = crash::crash_shared(shares, order, options.jobs,
                                            [&](std::size_t more, std::string_view name) { progress.advance(more, name); });
  progress.finish();
  if (findings.cells() == 0) {
    const crash::CrashReport& first = findings.strategies.front();
    throw BadInput(fmt::format("nobody to kill: '{}': {}", first.strategy->name(),
                               first.unavailable.empty() ? "it has no such role or point" : first.unavailable));
  }
}

CrashFindings crash_all(const CrashOptions& options) {
  const auto begin = steady_clock::now();
  CrashFindings findings;
  chosen_faults(options);  // a fault or a strategy that is none is told before anything is started
  chosen_strategies(options.selection);
  run::start_runner();
  if (options.faults.empty()) { kill_all(options, findings); }
  inject_all(options, findings);
  findings.time = steady_clock::now() - begin;
  return findings;
}

ExitCode run_crash(const CrashOptions& options) {
  if (options.update) { require_writable("--update", *options.update); }
  if ((options.point != 0 || options.order.kind || !options.faults.empty()) && (options.expected || options.update)) {
    throw BadInput("--point, --kind, --fault: a part is no table; expected --expect and --update without them");
  }
  if (!options.faults.empty() && (options.order.role || options.point != 0 || options.order.kind || options.points)) {
    throw BadInput("--fault: faults have no roles and points; expected it without --role, --point, --points and --kind");
  }
  if (options.expected) { drifts_from(*options.expected, {}); }  // a table that cannot be read is told now, not afterwards
  CrashFindings findings = crash_all(options);
  if (options.expected) { findings.drifts = drifts_from(*options.expected, findings.strategies); }
  if (options.update) { report::write_text(*options.update, report::to_text(crash_expectation(findings.strategies))); }
  write_output(options.json ? report::to_text(crash_json(findings))
                            : crash_text(findings, report::style_for(STDOUT_FILENO), options.points));
  return exit_code_of(findings);
}

Action declare_crash(Options options) {
  const auto chosen = std::make_shared<CrashOptions>();
  CrashOptions* const to = chosen.get();
  options.texts("--strategy", "GLOB", to->selection.strategies, "Strategy name or glob; may be given several times");
  options.flag("--controls", to->selection.controls, "Let globs stand for strategies that are broken on purpose as well");
  options.text(
      "--role", "ROLE", [to](const std::string& word) { to->order.role = role_from(word); },
      "Who is killed: holder, waiter, poster, writer, reader, producer or consumer (default: each that there is)");
  options.number("--point", 1, 1'000'000, to->point, "Before which of its accesses (default: one after the other)");
  options.text(
      "--kind", "KIND", [to](const std::string& word) { to->order.kind = kind_from(word); },
      "Only what befalls a victim in this way: access (it is killed before one, or asleep in one), instruction, stopped, second "
      "(who comes "
      "after it is killed as well), forks, fork_dies or execs (default: all; with --point access)");
  options.number("--jobs", 1, 256, to->jobs, "How many processes share the work (default: one a CPU, bound to it)");
  options.texts(
      "--fault", "GLOB", to->faults,
      "Inject this fault alone; may be given several times (default: all, after the deaths, when no part is asked for)");
  options.number("--rounds", 1, 10'000'000, to->rounds,
                 fmt::format("How often faults are injected that are a matter of chance (default: {})", to->rounds));
  options.flag("--points", to->points, "Print a row for each point and survivor");
  options.text("--expect", "FILE", to->expected, "Compare with what --update wrote: what is other is a finding");
  options.text("--update", "FILE", to->update, "Write down what was found");
  options.flag("--json", to->json, "Print one JSON object");
  return [chosen] { return run_crash(*chosen); };
}

}  // namespace

const Command crash_command{
    .name = "crash",
    .summary = "Kill a participant at each of its shared accesses, and ask the others what they meet; and inject faults",
    .examples =
        "  shmlab crash\n"
        "  shmlab crash --strategy futex_mutex --points\n"
        "  shmlab crash --strategy 'pthread_mutex*' --role holder --json\n"
        "  shmlab crash --strategy spsc_ring_blocking --role producer --point 7\n"
        "  shmlab crash --strategy unnamed_semaphore --role poster --kind instruction --points\n"
        "  shmlab crash --fault '*'\n"
        "  shmlab crash --fault creator_dies --json\n"
        "  shmlab crash --expect results/reference/crash.json\n",
    .declare = declare_crash};

}  // namespace shmlab::cli
