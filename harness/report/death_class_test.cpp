#include "report/death_class.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "contract/error.hpp"
#include "report/testing/sample_report.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

TEST(DeathClass, IsTheWorstThatAnybodyMet) {
  const std::vector<Deaths> deaths = deaths_in(testing::deaths(), "x");
  EXPECT_EQ(class_of(deaths, "spsc_ring"), DeathClass::recovers) << "who was only stopped does not count";
  EXPECT_EQ(class_of(deaths, "futex_mutex"), DeathClass::aborts);
  EXPECT_EQ(class_of(deaths, "seqlock"), DeathClass::untried);
  ASSERT_EQ(deaths.size(), 2U);
  EXPECT_EQ(deaths[1].by_role.at("holder").at("newcomer"), DeathClass::blocks);
  EXPECT_EQ(deaths[1].by_role.at("waiter").at("waiter"), DeathClass::unaffected) << "by instruction is the same role";
}

TEST(DeathClass, IsReadFromTheCellsOfAReport) {
  const auto cell = [](const char* kind, const char* outcome) {
    return json{{"strategy", "x"}, {"role", "holder"}, {"kind", kind}, {"survivor", "waiter"}, {"outcome", outcome}};
  };
  const std::vector<Deaths> deaths =
      deaths_in({{"cells", {cell("access", "recovers"), cell("asleep", "unaffected"), cell("stopped", "corrupts")}}}, "x");
  EXPECT_EQ(class_of(deaths, "x"), DeathClass::recovers);
}

TEST(DeathClass, RefusesOtherFiles) {
  const json unknown_fate{
      {"expected", {{{"strategy", "x"}, {"role", "holder"}, {"survivor", "waiter"}, {"course", "explodes 3"}}}}};
  for (const json& bad :
       {json::array(), json(3), json::object(), json{{"expected", 3}}, json{{"cells", {{{"strategy", 1}}}}}, unknown_fate}) {
    EXPECT_THROW(deaths_in(bad, "file"), BadInput) << bad;
  }
}

}  // namespace
}  // namespace shmlab::report
