#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/command.hpp"
#include "cli/environment.hpp"
#include "cli/output.hpp"
#include "cli/replay_crash.hpp"
#include "cli/replay_explored.hpp"
#include "cli/replay_report.hpp"
#include "crash/crash_token.hpp"
#include "measure/allowed_cpus.hpp"
#include "measure/build_info.hpp"
#include "report/json_text.hpp"
#include "report/progress.hpp"
#include "run/explore_token.hpp"
#include "run/runner.hpp"
#include "run/startup.hpp"

namespace shmlab::cli {
namespace {

struct ReplayOptions {
  std::string token;
  std::uint64_t times = 100;
  bool json = false;
};

bool same_step(const fault::TraceEntry& one, const fault::TraceEntry& other) {
  return one.participant == other.participant && one.operation == other.operation && one.offset == other.offset &&
         one.value == other.value && one.line == other.line;
}

bool identical(const run::Result& one, const run::Result& other) {
  return one.verdict.why == other.verdict.why && one.steps == other.steps &&
         std::ranges::equal(one.trace, other.trace, same_step);
}

/// Steps may lie elsewhere in another commit: worth a word, but a repaired strategy is to be replayed all the same.
void warn_of_other_commit(const run::ReplayOrder& order) {
  const std::string_view own = measure::build_info().commit;
  if (order.commit == own) { return; }
  std::cerr << "shmlab: the token is of commit " << order.commit << ", this is " << own << ": its steps may mean others here\n";
}

ReplayReport replay(const ReplayOptions& options) {
  ReplayReport report;
  report.order = run::read_replay_token(options.token);
  run::Plan& plan = report.order.plan;
  warn_of_other_commit(report.order);
  if (plan.region == shm::RegionKind::file) { require_file_directory(); }
  plan.deadline = std::chrono::seconds{5};
  plan.search.trace = true;
  if (plan.lane == run::Lane::scheduled) { plan.cpus = measure::choose_cpus(plan.scenario->participants(plan.values)); }
  run::start_runner();
  report::Progress progress(static_cast<std::size_t>(options.times), "replay");
  for (; report.times < options.times; ++report.times) {
    run::Result result = run::run_case(plan);
    progress.advance(1, std::string(plan.strategy->name()));
    const bool is_finding = !result.verdict.is_ok();
    if (is_finding && (report.reproduced == 0 || identical(report.finding, result))) { ++report.identical; }
    if (report.reproduced == 0) { report.finding = std::move(result); }
    report.reproduced += is_finding ? 1 : 0;
  }
  progress.finish();
  return report;
}

ExitCode run_replay(const ReplayOptions& options) {
  if (run::is_explore_token(options.token)) { return replay_explored(options.token, options.times, options.json); }
  if (crash::is_crash_token(options.token)) { return replay_crash(options.token, options.times, options.json); }
  const ReplayReport report = replay(options);
  write_output(options.json ? report::to_text(replay_json(report)) : replay_text(report, report::style_for(STDOUT_FILENO)));
  return exit_code_of(report);
}

Action declare_replay(Options options) {
  const auto chosen = std::make_shared<ReplayOptions>();
  options.operand("token", "TOKEN", chosen->token, "The word that a finding printed");
  options.number("--times", 1, 1'000'000, chosen->times, "How often (default: 100)");
  options.flag("--json", chosen->json, "Print one JSON object");
  return [chosen] { return run_replay(*chosen); };
}

}  // namespace

const Command replay_command{.name = "replay",
                             .summary = "Show a finding again, step by step where it was found by schedule or by the explorer",
                             .examples =
                                 "  shmlab check --strategy racy_seqlock     (prints the TOKEN of what it finds)\n"
                                 "  shmlab replay TOKEN\n"
                                 "  shmlab replay TOKEN --times 1000 --json\n",
                             .declare = declare_replay};

}  // namespace shmlab::cli
