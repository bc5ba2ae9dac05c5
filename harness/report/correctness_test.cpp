#include "report/correctness.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "contract/error.hpp"
#include "report/testing/sample_report.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

TEST(Correctness, OfASelftestCountsControlsThatWereMissed) {
  const Correctness result = correctness_in(testing::selftest(), "x");
  EXPECT_TRUE(result.is_selftest);
  EXPECT_EQ(result.asked, 3U);
  EXPECT_EQ(result.findings, 1U);
  EXPECT_EQ(result.unknown, 1U);
  ASSERT_EQ(result.table.rows.size(), 3U);
  EXPECT_EQ(result.table.rows[1].cells, (std::vector<std::string>{"sleepy", "hang_watch", "✗ missed", "–", "~ 2/3"}));
}

TEST(Correctness, OfACheckCountsVerdicts) {
  const Correctness result = correctness_in(testing::check(), "x");
  EXPECT_EQ(result.asked, 3U);
  EXPECT_EQ(result.findings, 1U);
  EXPECT_EQ(result.unknown, 1U);
  EXPECT_EQ(result.table.rows[0].cells, (std::vector<std::string>{"seqlock", "0", "1", "1", "20", "latest_value: torn value"}));
}

TEST(Correctness, RefusesOtherFiles) {
  for (const json& bad :
       {json::array(), json(3), json::object(), json{{"controls", {1}}}, json{{"cases", {{{"strategy", "x"}}}}}}) {
    EXPECT_THROW(correctness_in(bad, "file"), BadInput) << bad;
  }
}

}  // namespace
}  // namespace shmlab::report
