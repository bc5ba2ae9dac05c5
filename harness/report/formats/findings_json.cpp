#include <nlohmann/json.hpp>

#include "report/choice.hpp"
#include "report/formats/formats.hpp"
#include "report/json_number.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

json choice_json(const Choice& choice) {
  json best = json::array();
  for (const Candidate& each : choice.candidates) {
    if (!each.is_best) { continue; }
    best.push_back({{"strategy", each.row.strategy},
                    {"name", each.row.name},
                    {choice.by_p99 ? "p99_ns" : "median_ns", json_number(each.latency_ns)},
                    {"cpu_ns", json_number(each.cpu_ns)},
                    {"death", to_string(each.death)},
                    {"reason", each.reason}});
  }
  return {{"scenario", choice.job->scenario},
          {"conditions", choice.job->conditions},
          {"advice", choice.advice()},
          {"best", std::move(best)}};
}

json case_json(const ReportView& view, const CaseRow& row) {
  return {{"run", view.data.runs[row.run].label},
          {"name", row.name},
          {"strategy", row.strategy},
          {"kind", row.kind},
          {"median_ns", json_number(row.median_ns)},
          {"low_ns", json_number(row.low_ns)},
          {"high_ns", json_number(row.high_ns)},
          {"operations_per_s", json_number(row.operations_per_s)},
          {"p99_ns", json_number(row.p99_ns())},
          {"cpu_ns", json_number(row.cpu_ns)},
          {"floor_multiple", json_number(row.floor_multiple)}};
}

}  // namespace

json findings_json(const ReportData& data, const Document& document) {
  const ReportView view(data);
  const std::vector<Deaths> deaths = view.deaths();
  json choices = json::array();
  for (const Job& job : view.jobs) {
    const std::optional<std::size_t> run = view.newest_of(job);
    if (!run) { continue; }
    const Choice choice = choice_for(job, *run, deaths);
    if (!choice.candidates.empty()) { choices.push_back(choice_json(choice)); }
  }
  json cases = json::array();
  for (const CaseRow& row : view.rows) { cases.push_back(case_json(view, row)); }
  return {{"verdict", document.verdict}, {"choices", std::move(choices)}, {"cases", std::move(cases)}};
}

}  // namespace shmlab::report
