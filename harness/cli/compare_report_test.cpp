#include "cli/compare_report.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace shmlab::cli {
namespace {

/// Of two cases, each with thirty pairs.
CompareReport report_with(std::uint64_t left_out) {
  CompareReport report;
  report.base = {"base", "1", "m"};
  report.head = {"head", "2", "m"};
  report.comparison.line_ns = 43.21;
  report.comparison.observations = 2 * (60 + left_out);
  for (const char* const name : {"a/x", "b/y"}) {
    gate::CaseComparison& one = report.comparison.cases.emplace_back();
    one.name = name;
    one.finding = {.verdict = gate::Verdict::pass, .ratio = 1, .low = 0.99, .high = 1.01, .pairs = 30};
  }
  report.comparison.cases.back().left_out = left_out;
  return report;
}

TEST(CompareReportTest, SaysHowManyPairsDoNotCount) {
  const std::string remark =
      "7 of 67 pairs do not count: a cache line there and back took more than 1.5 times 43.2 ns, or less than that part of it";
  EXPECT_NE(compare_text(report_with(7), {}).find(remark), std::string::npos) << compare_text(report_with(7), {});
  EXPECT_NE(compare_markdown(report_with(7)).find("7 of 67 pairs do not count"), std::string::npos);
  EXPECT_EQ(compare_json(report_with(7), false).at("cases").at(1).at("left_out"), 7);
  EXPECT_NEAR(compare_json(report_with(7), false).at("line_ns").get<double>(), 43.21, 1e-9);
}

TEST(CompareReportTest, OfNoneItSaysNothing) {
  EXPECT_EQ(compare_text(report_with(0), {}).find("do not count"), std::string::npos);
  EXPECT_EQ(compare_markdown(report_with(0)).find("do not count"), std::string::npos);
}

}  // namespace
}  // namespace shmlab::cli
