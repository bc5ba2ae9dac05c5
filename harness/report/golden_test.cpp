#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "report/formats/formats.hpp"
#include "report/html/html_page.hpp"
#include "report/html/resources.hpp"
#include "report/json_text.hpp"
#include "report/report_document.hpp"
#include "report/terminal_table.hpp"
#include "report/testing/sample_report.hpp"

/// Each format of a made-up report, byte for byte as in testing/golden/. After a change that is meant, run report_test with SHMLAB_UPDATE_GOLDEN=1, and read
/// what git shows.
namespace shmlab::report {
namespace {

struct Golden {
  std::string file;
  std::string (*write)();
};
void PrintTo(const Golden& golden, std::ostream* out) {
  *out << golden.file;
}

/// Without the style sheet and the script, which are files of their own.
std::string html(const ReportData& data) {
  std::string page = html_page(report_document(data), {.libraries = {}, .why_none = "this is a test"}, "0123456789abcdef");
  for (const std::string_view resource : {report_css, report_js}) { page.replace(page.find(resource), resource.size(), "…"); }
  return page;
}

const std::vector<Golden> all_golden{
    {"report.txt", [] { return terminal_table(testing::result(), {}); }},
    {"report.html", [] { return html(testing::report_data()); }},
    {"two_runs.html", [] { return html(testing::two_runs()); }},
    {"report.md", [] { return markdown(report_document(testing::report_data())); }},
    {"two_runs.md", [] { return markdown(report_document(testing::two_runs())); }},
    {"two_runs.csv", [] { return csv(testing::two_runs()); }},
    {"two_runs.xml", [] { return junit(testing::two_runs()); }},
    {"report.json", [] { return to_text(findings_json(testing::report_data(), report_document(testing::report_data()))); }},
    {"bencher.json", [] { return to_text(bencher(testing::report_data().runs.front())); }},
    {"github-action-benchmark.json", [] { return to_text(github_action_benchmark(testing::report_data().runs.front())); }},
    {"result.json", [] { return to_text(testing::result()); }}};  // which the test in a browser begins with

class GoldenFile : public ::testing::TestWithParam<Golden> {};

TEST_P(GoldenFile, IsWhatIsWritten) {
  const auto path = std::filesystem::path(SHMLAB_GOLDEN_DIR) / GetParam().file;
  const std::string written = GetParam().write();
  if (std::getenv("SHMLAB_UPDATE_GOLDEN") != nullptr) { std::ofstream(path, std::ios::binary) << written; }
  std::ifstream file(path, std::ios::binary);
  const std::string golden{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(written, golden);
}

INSTANTIATE_TEST_SUITE_P(All, GoldenFile, ::testing::ValuesIn(all_golden), [](const auto& each) {
  std::string name = each.param.file;
  for (char& c : name) { c = c == '.' || c == '-' ? '_' : c; }
  return name;
});

}  // namespace
}  // namespace shmlab::report
