#include "run/generated_programs.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "run/explored_case.hpp"

namespace shmlab::run {
namespace {

using catalogue::scenario;
using catalogue::strategy;

class GeneratedProgramsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (strategy("futex_mutex").traced_cases.empty()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  }
};

ExplorationBudget short_budget() {
  ExplorationBudget budget;
  budget.time = std::chrono::seconds(2);
  budget.settings.most_executions = 20'000;
  return budget;
}

TEST_F(GeneratedProgramsTest, AreTheSameForTheSameSeed) {
  const auto values_of = [](std::uint64_t seed) {
    std::vector<ParamValues> all;
    for (const GeneratedProgram& program :
         generated_programs(strategy("spsc_ring"), scenario("stream"), seed, std::array{std::string("capacity=2")}, 20)) {
      all.push_back(program.values);
      EXPECT_EQ(program.values[scenario("stream").param_index("capacity")], 2U);
    }
    return all;
  };
  const auto values = values_of(1);
  EXPECT_EQ(values.size(), 20U);
  EXPECT_EQ(values, values_of(1));
  EXPECT_NE(values, values_of(2));
}

TEST_F(GeneratedProgramsTest, ShowNothingOfACorrectRing) {
  for (const GeneratedProgram& program : generated_programs(strategy("spsc_ring"), scenario("stream"), 3, {}, 20)) {
    const ExplorationReport report = explore_pair(strategy("spsc_ring"), scenario("stream"), program.values, short_budget());
    EXPECT_EQ(report.unavailable, "");
    EXPECT_TRUE(report.exploration.verdict.is_ok()) << report.exploration.verdict.why;
  }
}

TEST_F(GeneratedProgramsTest, WhatIsFoundBecomesSimpler) {
  const auto& broken = strategy("broken_spsc_ring_early_publish");
  const auto& stream = scenario("stream");
  const std::size_t operations = stream.param_index("operations");
  bool was_simplified = false;
  for (const GeneratedProgram& program : generated_programs(broken, stream, 5, {}, 10)) {
    const ExplorationReport found = explore_pair(broken, stream, program.values, short_budget());
    ASSERT_EQ(found.exploration.verdict.judgement, Judgement::violated) << catalogue::to_string(stream, program.values);
    const ExplorationReport simpler = program.simplified(found, short_budget());
    EXPECT_EQ(simpler.exploration.verdict.judgement, Judgement::violated);
    EXPECT_LE(simpler.values[operations], found.values[operations]);
    was_simplified = was_simplified || simpler.values != found.values;
    const ExploredCase again(broken, stream, simpler.values);
    EXPECT_EQ(explore::repeat(again.program(), simpler.settings, simpler.exploration.choices).verdict.why,
              simpler.exploration.verdict.why);
  }
  EXPECT_TRUE(was_simplified);
}

}  // namespace
}  // namespace shmlab::run
