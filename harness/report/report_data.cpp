#include "report/report_data.hpp"

#include <algorithm>

#include "report/json_member.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

/// What a run says of a scenario; nullptr when it says nothing.
const json* described(const ReportData& data, const std::string& name) {
  for (const StoredRun& run : data.runs) {
    for (const json& scenario : run.ours().at("scenarios")) {
      if (text_of(scenario, "name") == name) { return &scenario; }
    }
  }
  return nullptr;
}

}  // namespace

ReportView::ReportView(const ReportData& from) : data(from), rows(case_rows(from.runs)), jobs(jobs_of(rows)) {
  const auto started = [](const StoredRun& run) { return text_of(run.ours(), "started_at"); };
  newest = static_cast<std::size_t>(std::ranges::max_element(data.runs, {}, started) - data.runs.begin());
}

std::optional<std::size_t> ReportView::newest_of(const Job& job) const {
  const auto machine = [this](std::size_t run) { return text_of(data.runs[run].ours().at("machine"), "id"); };
  const auto began = [this](std::size_t run) { return text_of(data.runs[run].ours(), "started_at"); };
  std::optional<std::size_t> found;
  for (const CaseRow& row : job.rows) {
    if (machine(row.run) == machine(newest) && (!found || began(row.run) > began(*found))) { found = row.run; }
  }
  return found;
}

std::string ReportView::summary_of(const std::string& scenario) const {
  const json* const found = described(data, scenario);
  return found == nullptr ? std::string{} : text_of(*found, "summary");
}

std::string ReportView::metric_of(const std::string& scenario, std::size_t which) const {
  const json* const found = described(data, scenario);
  if (found == nullptr || found->at("metrics").size() <= which) { return {}; }
  return found->at("metrics")[which].get<std::string>();
}

}  // namespace shmlab::report
