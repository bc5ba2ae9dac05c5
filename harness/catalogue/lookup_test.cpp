#include "catalogue/lookup.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "catalogue/testing/sample.hpp"
#include "contract/error.hpp"

namespace shmlab::catalogue {
namespace {

std::string refusal(auto&& action) {
  try {
    action();
  } catch (const BadInput& error) { return error.what(); }
  return "nothing was refused";
}

TEST(Lookup, FindsByExactName) {
  const Catalogue catalogue = sample::catalogue();
  EXPECT_EQ(&strategy_in(catalogue, "ring"), &catalogue.strategies[1]);
  EXPECT_EQ(&scenario_in(catalogue, "gate"), &catalogue.scenarios[1]);
}

TEST(Lookup, AnUnknownNameIsRefusedWithTheNearest) {
  const Catalogue catalogue = sample::catalogue();
  const std::string strategy = refusal([&] { strategy_in(catalogue, "mutexx"); });
  EXPECT_NE(strategy.find("unknown strategy 'mutexx'"), std::string::npos) << strategy;
  EXPECT_NE(strategy.find("nearest is 'mutex'"), std::string::npos) << strategy;
  const std::string scenario = refusal([&] { scenario_in(catalogue, "rely"); });
  EXPECT_NE(scenario.find("unknown scenario 'rely'"), std::string::npos) << scenario;
  EXPECT_NE(scenario.find("nearest is 'relay'"), std::string::npos) << scenario;
}

TEST(Lookup, ExactNamesAreNotPatterns) {
  const Catalogue catalogue = sample::catalogue();
  EXPECT_THROW(strategy_in(catalogue, "*"), BadInput);
}

TEST(Lookup, GlobsMatchInCatalogueOrder) {
  const Catalogue catalogue = sample::catalogue();
  const auto found = strategies_matching_in(catalogue, "*m?tex*");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0]->name(), "mutex");
  EXPECT_EQ(found[1]->name(), "locked_snapshot<mutex>");
  EXPECT_EQ(scenarios_matching_in(catalogue, "*").size(), 2U);
  EXPECT_EQ(strategies_matching_in(catalogue, "[mr]*").size(), 2U);
}

TEST(Lookup, APatternThatMatchesNothingIsRefused) {
  const Catalogue catalogue = sample::catalogue();
  const std::string refused = refusal([&] { strategies_matching_in(catalogue, "rong*"); });
  EXPECT_NE(refused.find("nearest is 'ring'"), std::string::npos) << refused;
}

TEST(Lookup, AnEmptyCatalogueSaysSo) {
  const std::string refused = refusal([] { scenario_in(Catalogue{}, "relay"); });
  EXPECT_NE(refused.find("built without any"), std::string::npos) << refused;
}

}  // namespace
}  // namespace shmlab::catalogue
