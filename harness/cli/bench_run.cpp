#include "cli/bench_run.hpp"

#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <sstream>
#include <string_view>
#include <vector>

#include "cli/google_flags.hpp"
#include "cli/harness_benchmarks.hpp"
#include "contract/error.hpp"
#include "report/latency.hpp"
#include "report/progress.hpp"
#include "run/canary.hpp"
#include "run/interrupt.hpp"
#include "run/measurement.hpp"
#include "run/repetition_lender.hpp"

namespace shmlab::cli {
namespace {

/// One benchmark's state across its repetitions.
class BenchJob {
 public:
  BenchJob(BenchCase& bench, const run::MeasurementTimes& times, run::RepetitionLender& lender, report::Progress& progress)
      : bench_(bench), times_(times), lender_(lender), progress_(progress) {}

  /// One repetition. Nothing is thrown through Google Benchmark: a failure becomes an error of the row, Ctrl-C ends all.
  void repeat(benchmark::State& state) {
    for ([[maybe_unused]] auto iteration : state) {
      if (failure_.empty() && !run::interrupted()) { observe(state); }
    }
    if (!failure_.empty()) { state.SkipWithError(failure_.c_str()); }
    if (run::interrupted()) { state.SkipWithError("interrupted"); }
    progress_.advance(1, bench_.result.name);
  }

  [[nodiscard]] const BenchCase& bench() const { return bench_; }
  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] report::Cause cause() const { return cause_; }

 private:
  void observe(benchmark::State& state) {
    try {
      if (!rehearsed_) {
        run::Plan plan = bench_.plan;
        if (run::runs_until_stopped(plan)) { plan.run_for = times_.throughput; }
        const Verdict verdict = run::canary(plan);
        if (!verdict.is_ok()) { return fail("canary: " + verdict.why, report::Cause::failed); }
        rehearsed_ = true;
      }
      run::Plan plan = bench_.plan;
      plan.lent = lender_.memory(repetition_++, plan);
      run::Measurement measured = run::measure(plan, times_);
      if (!measured.verdict.is_ok()) { return fail(measured.verdict.why, report::Cause::failed); }
      publish(state, measured.sample);
      bench_.result.region_bytes = measured.region_bytes;
      bench_.result.samples.push_back(std::move(measured.sample));
    } catch (const run::Interrupted&) {  // the flag stays set
    } catch (const Unavailable& error) { fail(error.what(), report::Cause::unavailable); } catch (const std::exception& error) {
      fail(error.what(), report::Cause::failed);
    }
  }

  void fail(std::string why, report::Cause cause) {
    failure_ = std::move(why);
    cause_ = cause;
  }

  /// One iteration stands for the mean operation of the run, so that real_time is its nanoseconds.
  static void publish(benchmark::State& state, const report::Sample& sample) {
    state.SetIterationTime(sample.ns_per_operation * 1e-9);
    state.counters["items_per_second"] = sample.operations_per_s;
    state.counters["cpu_ns_per_operation"] = sample.cpu_ns_per_operation;
    if (!sample.latencies.empty() && sample.latencies.front().count > 0) {
      state.counters["p50_ns"] = report::percentile_ns(sample.latencies.front(), 0.5);
      state.counters["p99_ns"] = report::percentile_ns(sample.latencies.front(), 0.99);
    }
  }

  BenchCase& bench_;
  const run::MeasurementTimes& times_;
  run::RepetitionLender& lender_;
  report::Progress& progress_;
  bool rehearsed_ = false;
  std::uint32_t repetition_ = 0;
  std::string failure_;
  report::Cause cause_ = report::Cause::failed;
};

std::int64_t in_milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::round<std::chrono::milliseconds>(time).count();
}

benchmark::internal::Benchmark* with_manual_time(benchmark::internal::Benchmark* registered) {
  return registered->UseManualTime()->Iterations(1)->Unit(benchmark::kNanosecond);
}

/// What Google Benchmark makes of the name, with the options of with_manual_time(); a filter is for that.
std::string full_name(const BenchCase& bench) {
  return bench.result.name + "/iterations:1/manual_time";
}

void initialize(std::uint32_t repetitions, const std::vector<std::string>& extras) {
  std::vector<std::string> arguments{"shmlab", "--benchmark_enable_random_interleaving=true",
                                     fmt::format("--benchmark_repetitions={}", repetitions)};
  arguments.insert(arguments.end(), extras.begin(), extras.end());
  std::vector<char*> pointers;
  for (std::string& argument : arguments) { pointers.push_back(argument.data()); }
  auto count = static_cast<int>(pointers.size());
  benchmark::Initialize(&count, pointers.data());
}

}  // namespace

std::string run_benchmarks(BenchSet& set, const BenchProfile& profile, std::uint32_t repetitions,
                           const std::vector<std::string>& extras) {
  initialize(repetitions, extras);
  repetitions = repetitions_in(extras, repetitions);
  const std::string filter = benchmark::GetBenchmarkFilter();
  std::vector<const run::Plan*> chosen;
  for (const BenchCase& bench : set.cases) {
    if (lets_run(filter, full_name(bench))) { chosen.push_back(&bench.plan); }
  }
  report::Progress progress(chosen.size() * repetitions, "bench");
  const run::MeasurementTimes times = times_within(profile, chosen.size(), repetitions);
  if (times.throughput < profile.times.throughput) {
    fmt::print(stderr, "bench: {} cases within the time of profile {}: samples of {} ms instead of {}\n", chosen.size(),
               profile.name, in_milliseconds(times.throughput), in_milliseconds(profile.times.throughput));
  }
  run::RepetitionLender lender(chosen);
  std::vector<std::unique_ptr<BenchJob>> jobs;
  for (BenchCase& bench : set.cases) {
    BenchJob& job = *jobs.emplace_back(std::make_unique<BenchJob>(bench, times, lender, progress));
    with_manual_time(
        benchmark::RegisterBenchmark(bench.result.name.c_str(), [&job](benchmark::State& state) { job.repeat(state); }));
  }
  with_manual_time(benchmark::RegisterBenchmark("harness/recording_cost", recording_cost));
  with_manual_time(benchmark::RegisterBenchmark("harness/forked_case", forked_case));
  with_manual_time(benchmark::RegisterBenchmark("harness/schedule", schedule));
  for (const auto model : {check::HistoryModel::mutex, check::HistoryModel::shared_mutex, check::HistoryModel::semaphore,
                           check::HistoryModel::snapshot, check::HistoryModel::queue}) {
    const std::string name = fmt::format("harness/history/{}", to_string(model));
    with_manual_time(benchmark::RegisterBenchmark(name.c_str(), history, model));
  }

  std::ostringstream output;
  benchmark::JSONReporter reporter;
  reporter.SetOutputStream(&output);
  reporter.SetErrorStream(&output);
  benchmark::RunSpecifiedBenchmarks(&reporter);
  progress.finish();
  run::check_interrupted();

  for (const auto& job : jobs) {
    const report::CaseResult& result = job->bench().result;
    if (!job->failure().empty()) {
      set.skipped.push_back({result.name, result.scenario, result.strategy, job->failure(), job->cause()});
    }
  }
  std::erase_if(set.cases, [](const BenchCase& bench) { return bench.result.samples.empty(); });
  return output.str();
}

}  // namespace shmlab::cli
