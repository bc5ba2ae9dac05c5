#include <gtest/gtest.h>

#include <algorithm>

#include "report/sections/sections.hpp"
#include "report/testing/sample_report.hpp"

namespace shmlab::report {
namespace {

CaseResult with_arrivals(std::uint64_t interval_ns) {
  CaseResult result = testing::ping_pong("spsc_ring", {testing::sample(80)});
  result.samples.front().latencies = {testing::latency("round_trip", {160, 164, 170, 200})};
  result.params["arrival_interval_ns"] = interval_ns;
  result.name += "/arrival_interval_ns=" + std::to_string(interval_ns);
  return result;
}

Section latency_of(const std::vector<CaseResult>& cases) {
  ReportData data;
  data.runs.push_back(testing::stored(merge(testing::google(), testing::context(), cases, {}), "abc1234"));
  return latency_section(ReportView(data));
}

TEST(LatencySectionTest, OpenLoopsStandBesideTheClosedOne) {
  const Section section = latency_of({with_arrivals(0), with_arrivals(2000)});
  ASSERT_FALSE(section.blocks.empty());
  const std::vector<TableRow>& rows = section.blocks.front().tables.front().rows;
  ASSERT_EQ(rows.size(), 2U) << "one chart for both";
  const auto is_open = [](const TableRow& row) { return row.cells[0].ends_with(", open loop, one each 2.00 µs"); };
  EXPECT_EQ(std::ranges::count_if(rows, is_open), 1);
  EXPECT_NE(section.paragraphs.back().find("due at fixed times"), std::string::npos);
}

TEST(LatencySectionTest, ClosedLoopsAreSaidToBe) {
  const Section section = latency_of({with_arrivals(0)});
  ASSERT_FALSE(section.blocks.empty());
  EXPECT_EQ(section.blocks.front().tables.front().rows.front().cells[0].find("open loop"), std::string::npos);
  EXPECT_EQ(section.paragraphs.back(), "All scenarios of this result are closed loops.");
}

}  // namespace
}  // namespace shmlab::report
