#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "report/document.hpp"
#include "report/report_data.hpp"

/// What a report can be written as, apart from the terminal's tables and HTML. Every text ends with a newline.
namespace shmlab::report {

/// The longest comment that a pull request takes is 65,536 characters; this leaves room for what a job puts around it.
inline constexpr std::size_t largest_markdown_bytes = 60'000;

/// GitHub's Markdown, no longer than that: the verdict and what matters, the rest folded, the longest tables cut last rows first, which it says.
std::string markdown(const Document& document);

/// A row for each case (RFC 4180, with a line of titles). A cell that a spreadsheet would take for a formula gets an apostrophe in front.
std::string csv(const ReportData& data);

/// JUnit XML: a test suite for each run, a test case for each case and for each pair without figures. What failed is a failure, all else is skipped.
std::string junit(const ReportData& data);

/// {"verdict", "choices": [{scenario, conditions, advice, best: [{strategy, p99_ns or median_ns, cpu_ns, death, reason}]}], "cases": [{run, name, ...}]}.
nlohmann::json findings_json(const ReportData& data, const Document& document);

/// What github-action-benchmark reads as customSmallerIsBetter: [{"name", "unit", "value", "range", "extra"}]. Of one run.
nlohmann::json github_action_benchmark(const StoredRun& run);

/// Bencher Metric Format: {name: {"latency": {value, lower_value, upper_value}, "throughput": {value}}}, nanoseconds and operations per second. Of one run.
nlohmann::json bencher(const StoredRun& run);

}  // namespace shmlab::report
