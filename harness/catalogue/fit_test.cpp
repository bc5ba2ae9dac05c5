#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "catalogue/catalogue.hpp"
#include "catalogue/testing/sample.hpp"

namespace shmlab::catalogue {
namespace {

/// Why the pair does not fit with these participants and payload; empty when it does.
std::string why_not(const StrategyEntry& strategy, const ScenarioEntry& scenario, std::uint64_t participants = 2,
                    std::uint64_t payload_bytes = 8) {
  std::string why;
  const CaseCode* const code = find_case(strategy, scenario, {participants, payload_bytes, 1}, why);
  EXPECT_EQ(code == nullptr, !why.empty());
  return why;
}

class Fit : public testing::Test {
 protected:
  const Catalogue catalogue_ = sample::catalogue();
  const StrategyEntry& mutex_ = catalogue_.strategies[0];
  const StrategyEntry& ring_ = catalogue_.strategies[1];
  const StrategyEntry& snapshot_ = catalogue_.strategies[2];
  const ScenarioEntry& relay_ = catalogue_.scenarios[0];
  const ScenarioEntry& gate_ = catalogue_.scenarios[1];
};

TEST_F(Fit, GivesTheCodeOfThePair) {
  std::string why = "left over";
  const CaseCode* const code = find_case(ring_, relay_, {2, 8, 1}, why);
  ASSERT_NE(code, nullptr);
  EXPECT_EQ(code->face, Face::channel);
  EXPECT_EQ(code->scenario, relay_.descriptor);
  EXPECT_EQ(why, "");
}

TEST_F(Fit, NamesTheMissingFaces) {
  EXPECT_EQ(why_not(mutex_, relay_), "needs channel or snapshot, has exclusive");
  EXPECT_EQ(why_not(ring_, gate_), "needs exclusive, has channel");
}

TEST_F(Fit, NamesTheLimitThatIsExceeded) {
  EXPECT_EQ(why_not(ring_, relay_, 3), "allows 1 writer, the case has 2");
  EXPECT_EQ(why_not(ring_, relay_, 4), "allows 3 participants, the case has 4");
  EXPECT_EQ(why_not(snapshot_, relay_, 2, 65), "allows 64 payload bytes, the case has 65");
}

TEST_F(Fit, ALimitItselfIsAllowed) {
  EXPECT_EQ(why_not(snapshot_, relay_, 2, 64), "");
}

TEST_F(Fit, NoLimitIsNoLimit) {
  EXPECT_EQ(why_not(mutex_, gate_, 8, 4096), "");
}

TEST_F(Fit, WhatCarriesDescriptorsIsCreatedByTheHarnessAlone) {
  StrategyEntry carrying = mutex_;
  carrying.carries_descriptors = true;
  EXPECT_EQ(why_not(carrying, gate_, 3), "");
  ScenarioEntry creating = gate_;
  creating.creates_itself = [](const ParamValues& values) { return values[0] == 3; };
  EXPECT_EQ(why_not(carrying, creating, 2), "");
  EXPECT_EQ(why_not(carrying, creating, 3), "needs descriptors that come with the region, so that no participant can create it");
  EXPECT_EQ(why_not(mutex_, creating, 3), "");
}

TEST_F(Fit, SaysWhyAFaceDoesNotDoWithTheseParameters) {
  ScenarioEntry choosy = relay_;
  choosy.misfit = [](const ParamValues& values, Face face) {
    return face == Face::channel && values[1] > 8 ? std::string_view("payload_bytes above 8 needs another face")
                                                  : std::string_view();
  };
  EXPECT_EQ(why_not(ring_, choosy, 2, 8), "");
  EXPECT_EQ(why_not(ring_, choosy, 2, 9), "payload_bytes above 8 needs another face");
  EXPECT_EQ(why_not(snapshot_, choosy, 2, 9), "");
}

TEST_F(Fit, SaysWhyAStrategyIsUnavailable) {
  StrategyEntry lacking = mutex_;
  lacking.unavailable = "no such library";
  EXPECT_EQ(why_not(lacking, gate_), "unavailable: no such library");
  EXPECT_EQ(why_not(lacking, relay_), "needs channel or snapshot, has exclusive") << "what can never fit is said first";
}

}  // namespace
}  // namespace shmlab::catalogue
