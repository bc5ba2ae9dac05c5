#include <fmt/core.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "cli/command.hpp"
#include "cli/comparable_set.hpp"
#include "cli/floor_probe.hpp"
#include "cli/output.hpp"
#include "cli/selfcheck_report.hpp"
#include "cli/writable_path.hpp"
#include "contract/error.hpp"
#include "contract/nearest.hpp"
#include "gate/served_program.hpp"
#include "report/json_text.hpp"
#include "report/progress.hpp"
#include "report/result_file.hpp"
#include "run/interrupt.hpp"

namespace shmlab::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

/// One benchmark of each kind, whose hot path scripts/gate-builds delays.
constexpr std::array<std::string_view, 4> slowed_cases{"uncontended/futex_mutex", "contended_counter/ticket_lock",
                                                       "ping_pong/spsc_ring_slot_sequence", "stream/spsc_ring_blocking"};
constexpr std::array targets{1.05, 1.10};
/// Where those builds look for their delays.
constexpr const char* delays_variable = "SHMLAB_GATE_DELAYS";

struct SelfcheckOptions {
  std::string what;
  std::string builds;
  ComparisonChoice choice;
  std::uint64_t pairs = 60;
  std::uint64_t seed = 1;
  bool floor_only = false;
  std::optional<std::string> out;
  bool json = false;
};

/// Of scripts/gate-builds; without --builds beside this program's folder.
fs::path build_called(const SelfcheckOptions& options, const char* name) {
  std::error_code error;  // without /proc the path is relative, and named below
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  const fs::path folder = options.builds.empty() ? self.parent_path().parent_path() / "selfcheck" : fs::path(options.builds);
  fs::path program = folder / name / "shmlab";
  if (!fs::exists(program, error)) {
    throw BadInput(
        fmt::format("no program '{}': 'scripts/gate-builds' makes it, or --builds says where it is", program.string()));
  }
  return program;
}

class SelfcheckRun {
 public:
  explicit SelfcheckRun(const SelfcheckOptions& options) : options_(options), progress_(1, "selfcheck") {}

  SelfcheckReport run() {
    const auto begin = steady_clock::now();
    check_floor();
    if (!options_.floor_only) {
      for (const double target : targets) { report_.check.slowdowns.push_back(slowed(target)); }
    }
    progress_.finish();
    report_.time = steady_clock::now() - begin;
    return std::move(report_);
  }

 private:
  void check_floor() {
    const std::vector<std::string> arguments = arguments_of(options_.choice);
    gate::ServedProgram base(build_called(options_, "head"), arguments);
    gate::ServedProgram moved(build_called(options_, "relinked"), arguments);
    report_.version = base.version();
    report_.machine = base.machine();
    report_.check.floor = watched(base, moved, {.seed = options_.seed, .pairs = options_.pairs});
    family_ = report_.check.floor.cases.size();
  }

  gate::Slowdown slowed(double target) {
    const auto trial = [this](const std::vector<double>& rates, std::uint64_t pairs) { return delayed(rates, pairs); };
    gate::Slowdown slowdown{.target = target, .cases = {}};
    std::vector<double> rates;
    for (const gate::Calibrated& each : gate::calibrate(slowed_cases.size(), target, trial)) {
      slowdown.cases.push_back({.name = std::string(slowed_cases[rates.size()]), .delay = each, .verdict = {}});
      rates.push_back(each.rate);
    }
    const std::vector<gate::Finding> verdicts = delayed(rates, 0);
    for (std::size_t i = 0; i < verdicts.size(); ++i) { slowdown.cases[i].verdict = verdicts[i]; }
    return slowdown;
  }

  /// Findings in the order of `slowed_cases`; `pairs` 0: as many as the gate takes, and as strictly as it judges the whole family.
  std::vector<gate::Finding> delayed(const std::vector<double>& rates, std::uint64_t pairs) {
    gate::Slowdown delays;
    gate::ContestOrder order{.seed = ++options_.seed, .family = pairs > 0 ? 0 : family_, .pairs = pairs};
    for (std::size_t i = 0; i < slowed_cases.size(); ++i) {
      order.only.emplace_back(slowed_cases[i]);
      delays.cases.push_back({.name = order.only.back(), .delay = {.rate = rates[i], .truth = {}}, .verdict = {}});
    }
    // Cannot fail: the name is good, and there is memory. The build without delays does not look at it.
    setenv(delays_variable, delays_text(delays).c_str(), 1);
    const std::vector<std::string> all{"--set", "all"};
    gate::ServedProgram plain(build_called(options_, "plain"), all);
    gate::ServedProgram slow(build_called(options_, "slowed"), all);
    const gate::Comparison comparison = watched(plain, slow, order);
    std::vector<gate::Finding> findings;
    for (const std::string& name : order.only) {
      for (const gate::CaseComparison& one : comparison.cases) {
        if (one.name == name) { findings.push_back(one.finding); }
      }
    }
    return findings;
  }

  gate::Comparison watched(gate::Contestant& base, gate::Contestant& head, gate::ContestOrder order) {
    const std::size_t before = done_;
    order.line_ns = line_between(report_.machine);
    order.counted_line_ns = report_.check.floor.line_ns;  // not known until that has been compared
    return gate::contest(base, head, order, [&](std::uint64_t, std::uint64_t in_all, std::string_view name) {
      progress_.expect(before + in_all);
      progress_.advance(1, name);
      ++done_;
    });
  }

  SelfcheckOptions options_;
  report::Progress progress_;
  std::size_t done_ = 0;  ///< pairs
  std::size_t family_ = 0;
  SelfcheckReport report_;
};

ExitCode run_selfcheck(const SelfcheckOptions& options) {
  if (options.what != "gate") { throw unknown_name("subject of selfcheck", options.what, std::vector<std::string_view>{"gate"}); }
  check_set(options.choice);  // what this program would refuse, in its own words
  for (const char* const name : {"head", "relinked"}) { build_called(options, name); }
  if (options.out) { require_writable("--out", *options.out); }
  run::catch_interrupts();
  const SelfcheckReport report = SelfcheckRun(options).run();
  const nlohmann::json result = selfcheck_json(report);
  if (options.out) { report::write_text(*options.out, report::to_text(result)); }
  write_output(options.json ? report::to_text(result) : selfcheck_text(report, report::style_for(STDOUT_FILENO)));
  return report.check.is_ok() ? ExitCode::ok : ExitCode::finding;
}

Action declare_selfcheck(Options options) {
  const auto to = std::make_shared<SelfcheckOptions>();
  options.operand("WHAT", "gate", to->what, "What to check: gate");
  add_comparison_choice(options, to->choice);
  options.text("--builds", "FOLDER", to->builds, "What scripts/gate-builds made (default: ../selfcheck, from here)");
  options.number("--pairs", 10, gate::most_pairs, to->pairs, "Pairs of each case for the floor (default: 60)");
  options.number("--seed", 0, std::numeric_limits<std::uint64_t>::max(), to->seed, "Of the coins that say who goes first");
  options.flag("--floor-only", to->floor_only, "Leave the slowdowns out");
  options.text("--out", "FILE", to->out, "Write the JSON object to a file too");
  options.flag("--json", to->json, "Print one JSON object");
  return [to] { return run_selfcheck(*to); };
}

}  // namespace

const Command selfcheck_command{
    .name = "selfcheck",
    .summary = "Compare this program with itself at other addresses, and with builds that are slower on purpose",
    .examples =
        "  scripts/gate-builds && shmlab selfcheck gate\n"
        "  shmlab selfcheck gate --floor-only --scenario stream --pairs 100\n"
        "  shmlab selfcheck gate --out results/reference/gate.json\n",
    .declare = declare_selfcheck};

}  // namespace shmlab::cli
