#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "report/case_result.hpp"
#include "report/stored_run.hpp"

namespace shmlab::report {

/// The times of single operations of one case.
struct LatencyFigures {
  std::string timed;  ///< what: "round_trip"
  std::uint64_t count = 0;
  double p50_ns = not_measured;
  double p90_ns = not_measured;
  double p99_ns = not_measured;
  double p999_ns = not_measured;
  double max_ns = not_measured;
};

/// The figures of one case that reports show, read from a stored result. NaN: not measured.
struct CaseRow {
  std::size_t run = 0;  ///< index into the runs of the report
  std::string name;
  std::string scenario;
  std::string strategy;
  std::string label;  ///< the strategy, with face, lane and region where its job has it several times
  std::string kind;
  std::string face;
  std::string lane;
  std::string region;
  std::string waiting;  ///< what waiting loops did between two looks; empty in older results
  std::uint64_t participants = 0;
  std::uint64_t participants_per_cpu = 0;  ///< that were crowded together; 0: they were not
  std::uint64_t cpu_quota_percent = 0;     ///< of one CPU, for all together; 0: no limit
  std::map<std::string, std::uint64_t> params;
  std::uint64_t samples_used = 0;
  std::uint64_t samples_far = 0;
  bool all_far = false;
  double median_ns = not_measured;  ///< per operation, as all times below
  double low_ns = not_measured;
  double high_ns = not_measured;
  double operations_per_s = not_measured;
  double floor_multiple = not_measured;
  double cpu_ns = not_measured;
  double switches = not_measured;
  double jain = not_measured;
  double min_max_ratio = not_measured;
  std::vector<LatencyFigures> latencies;  ///< the first is what strategies are compared by

  /// Of the first latency; NaN when nothing was timed.
  [[nodiscard]] double p99_ns() const { return latencies.empty() ? not_measured : latencies.front().p99_ns; }
  [[nodiscard]] bool is_control() const { return kind == "control"; }
};

/// All cases of all runs, in their order.
std::vector<CaseRow> case_rows(std::span<const StoredRun> runs);

/// Cases that did the same job: the same scenario with the same parameters.
struct Job {
  std::string scenario;
  std::string title{};          ///< the scenario, and the parameters in which it differs from the scenario's other jobs
  std::string conditions{};     ///< "2 participants, payload_bytes 8"
  std::vector<CaseRow> rows{};  ///< fastest first, those without a median last
};

/// In the order in which their first cases appear.
std::vector<Job> jobs_of(std::span<const CaseRow> rows);

}  // namespace shmlab::report
