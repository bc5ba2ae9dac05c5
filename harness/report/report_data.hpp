#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/case_row.hpp"
#include "report/correctness.hpp"
#include "report/death_class.hpp"
#include "report/gate_check.hpp"
#include "report/stored_run.hpp"

namespace shmlab::report {

/// Everything that a report is made from.
struct ReportData {
  std::vector<StoredRun> runs;  ///< at least one
  std::optional<std::vector<Deaths>> deaths;
  std::vector<Correctness> correctness;
  std::optional<GateCheck> gate;
};

/// The same, sorted out once for all sections.
struct ReportView {
  explicit ReportView(const ReportData& from);  ///< which must outlive it

  const ReportData& data;
  std::vector<CaseRow> rows;
  std::vector<Job> jobs;
  std::size_t newest = 0;  ///< the run that began last: choices are made from it

  [[nodiscard]] bool has_several_runs() const { return data.runs.size() > 1; }
  [[nodiscard]] std::vector<Deaths> deaths() const { return data.deaths.value_or(std::vector<Deaths>{}); }
  /// Of the runs on the newest run's machine, the one that began last among those that have this job; none when they do not.
  [[nodiscard]] std::optional<std::size_t> newest_of(const Job& job) const;
  /// What colour and shape say of a row: its kind, or its run where there are several.
  [[nodiscard]] std::string group_of(const CaseRow& row) const {
    return has_several_runs() ? data.runs[row.run].label : row.kind;
  }
  [[nodiscard]] std::string group_title() const { return has_several_runs() ? "run" : "kind"; }
  /// The phrase that describes a scenario, empty when no run does.
  [[nodiscard]] std::string summary_of(const std::string& scenario) const;
  /// What its `which`th metric is, 0 the throughput; empty when no run says.
  [[nodiscard]] std::string metric_of(const std::string& scenario, std::size_t which) const;
};

}  // namespace shmlab::report
