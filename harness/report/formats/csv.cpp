#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "report/formats/formats.hpp"
#include "report/printable.hpp"

namespace shmlab::report {
namespace {

/// OWASP, "CSV Injection": what begins so is a formula to a spreadsheet.
bool is_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos;
}

std::string cell(std::string_view given) {
  std::string text = (is_formula(given) ? "'" : "") + printable(given);
  if (text.find_first_of("\",") == std::string::npos) { return text; }
  std::string quoted = "\"";
  for (const char c : text) { quoted.append(c == '"' ? 2 : 1, c); }
  return quoted + '"';
}

std::string number(double value) {
  return std::isfinite(value) ? fmt::format("{:.9g}", value) : std::string{};
}

std::string params_text(const CaseRow& row) {
  std::string text;
  for (const auto& [name, value] : row.params) { text += fmt::format("{}{}={}", text.empty() ? "" : ";", name, value); }
  return text;
}

constexpr std::string_view titles =
    "run,name,scenario,strategy,kind,face,lane,region,participants,params,samples_used,samples_far,median_ns,low_ns,high_ns,"
    "operations_per_s,floor_multiple,"
    "cpu_ns_per_operation,switches_per_operation,jain,min_max_ratio,timed,p50_ns,p90_ns,p99_ns,p999_ns,max_ns\r\n";

}  // namespace

std::string csv(const ReportData& data) {
  std::string text(titles);
  for (const CaseRow& row : case_rows(data.runs)) {
    const LatencyFigures latency = row.latencies.empty() ? LatencyFigures{} : row.latencies.front();
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n",
                        cell(data.runs[row.run].label), cell(row.name), cell(row.scenario), cell(row.strategy), cell(row.kind),
                        cell(row.face), cell(row.lane), cell(row.region), row.participants, cell(params_text(row)),
                        row.samples_used, row.samples_far, number(row.median_ns), number(row.low_ns), number(row.high_ns),
                        number(row.operations_per_s), number(row.floor_multiple), number(row.cpu_ns), number(row.switches),
                        number(row.jain), number(row.min_max_ratio), cell(latency.timed), number(latency.p50_ns),
                        number(latency.p90_ns), number(latency.p99_ns), number(latency.p999_ns), number(latency.max_ns));
  }
  return text;
}

}  // namespace shmlab::report
