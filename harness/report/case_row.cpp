#include "report/case_row.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "report/json_member.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

void read_summary(const json& summary, CaseRow& row) {
  const json& time = summary.at("ns_per_operation");
  row.samples_used = summary.at("samples_used").get<std::uint64_t>();
  row.samples_far = summary.at("samples_far").get<std::uint64_t>();
  row.all_far = summary.at("all_far").get<bool>();
  row.median_ns = number_of(time, "median");
  row.low_ns = number_of(time, "low");
  row.high_ns = number_of(time, "high");
  row.operations_per_s = number_of(summary, "operations_per_s");
  row.floor_multiple = number_of(summary, "floor_multiple");
  row.cpu_ns = number_of(summary, "cpu_ns_per_operation");
  row.switches = number_of(summary, "switches_per_operation");
  row.jain = number_of(summary, "jain");
  row.min_max_ratio = number_of(summary, "min_max_ratio");
}

LatencyFigures latency_of(const json& latency) {
  return {text_of(latency, "name"),     latency.at("count").get<std::uint64_t>(),
          number_of(latency, "p50_ns"), number_of(latency, "p90_ns"),
          number_of(latency, "p99_ns"), number_of(latency, "p999_ns"),
          number_of(latency, "max_ns")};
}

CaseRow row_of(std::size_t run, const json& stored) {
  CaseRow row;
  row.run = run;
  row.name = text_of(stored, "name");
  row.scenario = text_of(stored, "scenario");
  row.strategy = text_of(stored, "strategy");
  row.label = row.strategy;
  row.kind = text_of(stored, "kind");
  row.face = text_of(stored, "face");
  row.lane = text_of(stored, "lane");
  row.region = text_of(stored, "region");
  row.waiting = optional_text_of(stored, "waiting");
  row.participants_per_cpu = stored.value("participants_per_cpu", std::uint64_t{0});
  row.cpu_quota_percent = stored.value("cpu_quota_percent", std::uint64_t{0});
  row.participants = stored.at("participants").get<std::uint64_t>();
  row.params = stored.at("params").get<std::map<std::string, std::uint64_t>>();
  read_summary(stored.at("summary"), row);
  for (const json& latency : stored.at("latencies")) { row.latencies.push_back(latency_of(latency)); }
  return row;
}

bool is_told(const std::string& param, std::uint64_t value) {
  const bool until_stopped = param == "operations" && value == 0;
  return !until_stopped && param != "participants";
}

std::string conditions_of(const CaseRow& row) {
  std::vector<std::string> parts{fmt::format("{} participants", row.participants)};
  if (row.participants_per_cpu != 0) { parts.push_back(fmt::format("{} on each CPU", row.participants_per_cpu)); }
  if (row.cpu_quota_percent != 0) { parts.push_back(fmt::format("{} % of one CPU", row.cpu_quota_percent)); }
  for (const auto& [name, value] : row.params) {
    if (is_told(name, value)) { parts.push_back(fmt::format("{} {}", name, value)); }
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// A strategy that is there several times in one run gets what tells its rows apart.
void tell_apart(std::vector<CaseRow>& rows) {
  for (std::string CaseRow::* member : {&CaseRow::face, &CaseRow::lane, &CaseRow::region, &CaseRow::waiting}) {
    std::map<std::pair<std::size_t, std::string>, std::set<std::string>> values;
    for (const CaseRow& row : rows) { values[{row.run, row.strategy}].insert(row.*member); }
    for (CaseRow& row : rows) {
      if (values[{row.run, row.strategy}].size() > 1) { row.label += ", " + row.*member; }
    }
  }
}

void rank(std::vector<CaseRow>& rows) {
  std::ranges::sort(rows, {}, [](const CaseRow& row) {
    const bool unknown = std::isnan(row.median_ns);
    return std::tuple(unknown, unknown ? 0.0 : row.median_ns, row.name, row.run);
  });
}

/// Names the jobs of one scenario after the parameters in which they differ.
void title(std::span<Job*> jobs) {
  std::map<std::string, std::set<std::uint64_t>> values;
  std::set<std::uint64_t> crowds;
  std::set<std::uint64_t> quotas;
  for (const Job* job : jobs) {
    crowds.insert(job->rows.front().participants_per_cpu);
    quotas.insert(job->rows.front().cpu_quota_percent);
    for (const auto& [name, value] : job->rows.front().params) { values[name].insert(value); }
  }
  for (Job* job : jobs) {
    job->title = job->scenario;
    for (const auto& [name, value] : job->rows.front().params) {
      if (values[name].size() > 1) { job->title += fmt::format(", {} {}", name, value); }
    }
    const std::uint64_t crowd = job->rows.front().participants_per_cpu;
    if (crowds.size() > 1 && crowd != 0) { job->title += fmt::format(", {} on each CPU", crowd); }
    const std::uint64_t quota = job->rows.front().cpu_quota_percent;
    if (quotas.size() > 1 && quota != 0) { job->title += fmt::format(", {} % of one CPU", quota); }
  }
}

}  // namespace

std::vector<CaseRow> case_rows(std::span<const StoredRun> runs) {
  std::vector<CaseRow> rows;
  for (std::size_t run = 0; run < runs.size(); ++run) {
    for (const json& stored : runs[run].ours().at("cases")) { rows.push_back(row_of(run, stored)); }
  }
  return rows;
}

std::vector<Job> jobs_of(std::span<const CaseRow> rows) {
  std::vector<Job> jobs;
  for (const CaseRow& row : rows) {
    auto job = std::ranges::find_if(jobs, [&row](const Job& each) {
      const CaseRow& first = each.rows.front();
      return each.scenario == row.scenario && first.params == row.params && first.participants == row.participants &&
             first.participants_per_cpu == row.participants_per_cpu && first.cpu_quota_percent == row.cpu_quota_percent;
    });
    if (job == jobs.end()) { job = jobs.insert(jobs.end(), Job{row.scenario, row.scenario, conditions_of(row), {}}); }
    job->rows.push_back(row);
  }
  std::map<std::string, std::vector<Job*>> by_scenario;
  for (Job& job : jobs) {
    tell_apart(job.rows);
    rank(job.rows);
    by_scenario[job.scenario].push_back(&job);
  }
  for (auto& [scenario, group] : by_scenario) { title(group); }
  return jobs;
}

}  // namespace shmlab::report
