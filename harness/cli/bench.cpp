#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/bench_context.hpp"
#include "cli/bench_profile.hpp"
#include "cli/bench_run.hpp"
#include "cli/bench_set.hpp"
#include "cli/command.hpp"
#include "cli/google_flags.hpp"
#include "cli/option_value.hpp"
#include "cli/output.hpp"
#include "cli/report_files.hpp"
#include "cli/writable_path.hpp"
#include "contract/error.hpp"
#include "contract/nearest.hpp"
#include "contract/poll_policy.hpp"
#include "report/google_json.hpp"
#include "report/json_text.hpp"
#include "report/result_file.hpp"
#include "report/result_json.hpp"
#include "report/style.hpp"
#include "report/terminal_table.hpp"
#include "run/case_order.hpp"
#include "run/startup.hpp"

namespace shmlab::cli {
namespace {

constexpr std::uint64_t most_repetitions = 10'000;
constexpr std::uint64_t most_quota_percent = 100'000;

struct BenchOptions {
  BenchSelection selection;
  std::string profile = "quick";
  std::optional<std::string> repetitions;
  std::optional<std::string> region;
  std::optional<std::string> waiting;
  std::optional<std::string> per_cpu;
  std::optional<std::string> cpu_quota;
  std::string out = "results/latest.json";
  bool unpinned = false;
  bool json = false;
  bool html = false;
};

/// Where the report goes: beside the result.
std::string report_path(const std::string& result) {
  return std::filesystem::path(result).replace_extension(".html").string();
}

std::vector<report::CaseResult> results_of(BenchSet& set) {
  std::vector<report::CaseResult> results;
  for (BenchCase& bench : set.cases) { results.push_back(std::move(bench.result)); }
  return results;
}

bool anything_failed(const BenchSet& set) {
  for (const report::Skipped& skipped : set.skipped) {
    if (skipped.cause == report::Cause::failed) { return true; }
  }
  return false;
}

std::vector<std::string> parts_of(const std::string& list) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t comma = 0; comma != std::string::npos; begin = comma + 1) {
    comma = list.find(',', begin);
    parts.push_back(list.substr(begin, comma == std::string::npos ? comma : comma - begin));
  }
  return parts;
}

/// "pause,none", or "all".
std::vector<PollPolicy> poll_policies_from(const std::string& list) {
  std::vector<PollPolicy> chosen;
  std::vector<std::string_view> names{"all"};
  for (const NamedPollPolicy& named : poll_policies) { names.push_back(named.name); }
  for (const std::string& name : parts_of(list)) {
    const std::size_t before = chosen.size();
    for (const auto& [known, policy] : poll_policies) {
      if ((name == known || name == "all") && std::ranges::find(chosen, policy) == chosen.end()) { chosen.push_back(policy); }
    }
    if (chosen.size() == before && std::ranges::find(names, name) == names.end()) {
      throw unknown_name("--waiting", name, names);
    }
  }
  return chosen;
}

/// "0,50", each from 0 to `most`.
std::vector<std::uint32_t> numbers_from(const std::string& option, const std::string& list, std::uint64_t most) {
  std::vector<std::uint32_t> numbers;
  for (const std::string& text : parts_of(list)) {
    const auto number = static_cast<std::uint32_t>(whole_number(option, text, 0, most));
    if (std::ranges::find(numbers, number) == numbers.end()) { numbers.push_back(number); }
  }
  return numbers;
}

ExitCode bench(const BenchOptions& given, const std::vector<std::string>& extras) {
  BenchOptions options = given;
  options.selection.pinned = !options.unpinned;
  if (options.waiting) { options.selection.waiting = poll_policies_from(*options.waiting); }
  if (options.per_cpu) {
    options.selection.per_cpu = numbers_from("--per-cpu", *options.per_cpu, run::max_participants);
    if (options.unpinned) {
      throw BadInput("--per-cpu says on which CPUs participants are, --unpinned that they are on none: expected one of them");
    }
  }
  if (options.cpu_quota) { options.selection.cpu_quotas = numbers_from("--cpu-quota", *options.cpu_quota, most_quota_percent); }
  if (options.region) { options.selection.region = shm::region_kind_from(*options.region); }
  const BenchProfile& profile = bench_profile(options.profile);
  const std::uint64_t repetitions =
      options.repetitions ? whole_number("--repetitions", *options.repetitions, 1, most_repetitions) : profile.repetitions;
  check_google_flags(extras);
  BenchSet set = bench_set(options.selection);
  const bool only_lists = asks_for_list(extras);
  if (!only_lists) { require_writable("--out", options.out); }
  if (options.html) { require_writable("--html", report_path(options.out)); }

  run::start_runner();
  const auto started = std::chrono::system_clock::now();
  const std::string google = run_benchmarks(set, profile, static_cast<std::uint32_t>(repetitions), extras);
  if (only_lists) {
    write_output(google);
    return ExitCode::ok;
  }
  if (set.cases.empty() && set.skipped.empty()) { throw BadInput("nothing to run: --benchmark_filter matches no benchmark"); }
  const bool failed = anything_failed(set);
  label_regimes(set);
  const report::RunContext context = bench_context(set, started);
  const nlohmann::json result = report::merge(report::parse_google(google), context, results_of(set), set.skipped);
  report::write_result(options.out, result);
  write_output(options.json ? report::to_text(result) : report::terminal_table(result, report::style_for(STDOUT_FILENO)));
  fmt::print(stderr, "result: {}\n", options.out);
  if (options.html) {
    report::write_text(report_path(options.out), html_report(read_report_data({.results = {options.out}})));
    fmt::print(stderr, "report: {}\n", report_path(options.out));
  }
  return failed ? ExitCode::finding : ExitCode::ok;
}

Action declare(Options options) {
  const auto chosen = std::make_shared<BenchOptions>();
  BenchOptions* const to = chosen.get();
  add_selection(options, to->selection.selection);
  options.texts("--param", "NAME=VALUE", to->selection.params,
                "Another value of a scenario parameter; may be given several times");
  options.texts("--sweep", "NAME=VALUE,VALUE", to->selection.sweeps,
                "A case for each value of a scenario parameter; of several sweeps, for each combination");
  options.flag("--matrix", to->selection.matrix,
               "Sweep the number of participants and the size of the payload, as far as a scenario allows");
  options.text("--region", "KIND", to->region, "memfd, posix_shm, file or anonymous; without it, parent_child runs on each");
  options.text("--waiting", "NAME,NAME", to->waiting,
               "What waiting loops do between two looks, a case for each: pause, none, pause_4, pause_16, pause_64, locked, "
               "yield, or all; for those who poll");
  options.text("--per-cpu", "N,N", to->per_cpu,
               "So many participants on each CPU, a case for each number; 0: each has its own as far as there are");
  options.text("--cpu-quota", "PERCENT,PERCENT", to->cpu_quota,
               "So much of one CPU for all participants together, by a control group, a case for each number; 0: no limit");
  options.text("--profile", "NAME", to->profile, "How much effort: " + bench_profiles_text());
  options.text("--repetitions", "N", to->repetitions, "Samples of each case, instead of the profile's");
  options.text("--out", "FILE", to->out, "Where the result goes (JSON)");
  options.flag("--html", to->html, "Also write the HTML report, beside the result");
  options.flag("--unpinned", to->unpinned, "Let the kernel place the participants");
  options.flag("--json", to->json, "Print the result as JSON instead of a table");
  return [chosen, options] {
    const std::vector<std::string> rest = options.remaining();
    for (const std::string& argument : rest) {
      if (!argument.starts_with("--benchmark_")) { options.refuse(argument); }
    }
    return bench(*chosen, rest);
  };
}

}  // namespace

const Command bench_command{
    .name = "bench",
    .summary = "Measure strategies between real processes",
    .examples =
        "  shmlab bench\n"
        "  shmlab bench --scenario ping_pong --strategy 'spsc_ring*'\n"
        "  shmlab bench --scenario stream --param payload_bytes=64 --profile standard\n"
        "  shmlab bench --scenario stream --sweep payload_bytes=8,64,1024 --strategy 'spsc*'\n"
        "  shmlab bench --scenario stream --waiting all --strategy '*spsc*'\n"
        "  shmlab bench --scenario contended_counter --param participants=8 --per-cpu 0,2,4\n"
        "  shmlab bench --matrix --profile full --out results/matrix.json\n"
        "  shmlab bench --profile standard --html --out today.json\n"
        "  shmlab bench --profile smoke --json | jq '.context.shmlab'\n"
        "  shmlab bench --benchmark_filter=contended --benchmark_repetitions=20\n",
    .declare = declare,
    .takes_extras = true,
};

}  // namespace shmlab::cli
