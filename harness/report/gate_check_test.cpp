#include "report/gate_check.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "contract/error.hpp"
#include "report/testing/sample_report.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

TEST(GateCheckTest, HasTheFloorAndWhatWasDelayed) {
  const GateCheck check = gate_check_in(testing::gate(), "x");
  EXPECT_EQ(check.largest, 0.0021);
  EXPECT_EQ(check.slowed, 2U);
  EXPECT_EQ(check.wrong, 1U);
  ASSERT_EQ(check.tables.size(), 2U);
  EXPECT_EQ(check.tables[0].rows[0].cells,
            (std::vector<std::string>{"ping_pong/spsc_ring", "+0.30 %", "+0.21 % .. +0.40 %", "60"}));
  EXPECT_EQ(check.tables[0].rows[1].cells[1], "") << "not measured";
  EXPECT_EQ(check.tables[1].rows[1].cells.back(), "✗ PASS");
}

TEST(GateCheckTest, RefusesOtherFiles) {
  for (const json& bad : {json::array(), json(3), json::object(), json{{"floor", 1}, {"version", "v"}, {"machine", "m"}}}) {
    EXPECT_THROW(gate_check_in(bad, "file"), BadInput) << bad;
  }
}

}  // namespace
}  // namespace shmlab::report
