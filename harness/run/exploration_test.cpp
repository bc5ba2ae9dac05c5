#include "run/exploration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "run/explore_token.hpp"
#include "run/explored_case.hpp"
#include "run/hunt.hpp"
#include "run/result.hpp"
#include "shm/testing/leftovers.hpp"

namespace shmlab::run {
namespace {

using catalogue::scenario;
using catalogue::strategy;

/// A build without traced code has nothing to explore.
bool is_built_in() {
  return !strategy("futex_mutex").traced_cases.empty();
}

ExplorationReport explored(std::string_view by, std::string_view in, std::vector<std::string> fixed = {}) {
  ExplorationBudget budget;
  budget.time = std::chrono::minutes(2);
  return explore_pair(strategy(by), scenario(in), explored_values(scenario(in), fixed), budget);
}

using Pair = std::tuple<std::string, std::string, std::vector<std::string>>;

/// Correct strategies whose executions can all be seen.
class ExhaustedTest : public ::testing::TestWithParam<Pair> {};

TEST_P(ExhaustedTest, ShowsNothing) {
  if (!is_built_in()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  const auto& [by, in, fixed] = GetParam();
  const ExplorationReport report = explored(by, in, fixed);
  ASSERT_EQ(report.unavailable, "");
  EXPECT_EQ(report.exploration.verdict.why, "");
  EXPECT_TRUE(report.exploration.is_exhaustive()) << explore::describe(report.exploration, {});
  EXPECT_GT(report.exploration.executions, 10U);
}

INSTANTIATE_TEST_SUITE_P(Small, ExhaustedTest,
                         ::testing::Values(Pair{"futex_mutex", "contended_counter", {"operations=1"}},
                                           Pair{"pthread_mutex", "contended_counter", {"operations=1"}},
                                           Pair{"unnamed_semaphore", "quiet_handover", {"operations=1"}},
                                           Pair{"spsc_ring", "stream", {"operations=2", "capacity=1", "payload_bytes=8"}},
                                           Pair{"seqlock", "latest_value", {"operations=2", "payload_bytes=16"}},
                                           Pair{"futex_mutex", "recorded_lock", {"operations=1"}},
                                           Pair{"unnamed_semaphore", "recorded_signal", {"operations=1"}},
                                           Pair{"seqlock", "recorded_snapshot", {"operations=1", "payload_bytes=8"}},
                                           Pair{"spsc_ring", "recorded_channel", {"operations=1"}}),
                         [](const auto& test) { return std::get<0>(test.param) + "_in_" + std::get<1>(test.param); });

/// An execution may end anywhere, and what a participant of it creates is a model: nobody would take an object of the system away.
class ExplorationObjectsTest : public shm::testing::LeavesNothing {};

TEST_F(ExplorationObjectsTest, WhatParticipantsCreateIsNoObjectOfTheSystem) {
  if (!is_built_in()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  ExplorationBudget budget;
  budget.most_of_preemptions = 100;
  budget.time = std::chrono::seconds(10);
  const std::vector<std::string> fixed{"operations=1", "created_late=1"};
  const ExplorationReport report =
      explore_pair(strategy("sysv_semaphore"), scenario("late_join"), explored_values(scenario("late_join"), fixed), budget);
  ASSERT_EQ(report.unavailable, "");
  EXPECT_EQ(report.exploration.verdict.why, "");
  EXPECT_GT(report.exploration.executions, 10U);
}

/// Strategies that are broken on purpose, and that the explorer can see.
class ExplorableControlsTest : public ::testing::TestWithParam<const catalogue::StrategyEntry*> {};

TEST_P(ExplorableControlsTest, IsCaughtByTheExplorer) {
  const Catch result = Hunt(*GetParam(), detector::explorer).run(1, std::chrono::seconds(60));
  EXPECT_TRUE(result.caught);
  EXPECT_NE(result.why, "");
}

bool is_explorable(const catalogue::StrategyEntry& strategy) {
  // Its fault is that processes have it at other addresses, and fibers share one mapping.
  if (strategy.name() == "stored_pointer") { return false; }
  return std::ranges::any_of(catalogue::all().scenarios, [&](const catalogue::ScenarioEntry& scenario) {
    return unexplorable(strategy, scenario, explored_values(scenario, {})).empty();
  });
}

std::vector<const catalogue::StrategyEntry*> explorable_controls() {
  std::vector<const catalogue::StrategyEntry*> all;
  for (const catalogue::StrategyEntry& entry : catalogue::all().strategies) {
    if (entry.kind == Kind::control && is_explorable(entry)) { all.push_back(&entry); }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(All, ExplorableControlsTest, ::testing::ValuesIn(explorable_controls()),
                         [](const auto& test) { return std::string(test.param->name()); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ExplorableControlsTest);

TEST(ExplorationTest, MostControlsAreExplorable) {
  if (!is_built_in()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  EXPECT_GE(explorable_controls().size(), 40U);
}

/// A ring whose try_receive() overlooks a message is right in all that it delivers: only the history of the calls tells.
TEST(ExplorationTest, AHistoryIsJudgedInEachExecution) {
  if (!is_built_in()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  const ExplorationReport report = explored("broken_spsc_ring_stale_empty", "recorded_channel", {"program=2"});
  ASSERT_EQ(report.exploration.verdict.judgement, Judgement::violated);
  EXPECT_NE(report.exploration.verdict.why.find("found the queue empty"), std::string::npos);
}

TEST(ExplorationTest, AFindingRepeatsFromItsToken) {
  if (!is_built_in()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  const ExplorationReport report = explored("broken_spsc_ring_early_publish", "stream");
  ASSERT_EQ(report.exploration.verdict.judgement, Judgement::violated);
  ExploreOrder found;
  found.strategy = report.strategy;
  found.scenario = report.scenario;
  found.values = report.values;
  found.choices = report.exploration.choices;
  const std::string token = explore_token(found);
  EXPECT_TRUE(is_explore_token(token));
  const ExploreOrder order = read_explore_token(token);
  EXPECT_EQ(order.choices, report.exploration.choices);
  const ExploredCase again(*order.strategy, *order.scenario, order.values);
  for (int i = 0; i < 100; ++i) {
    const explore::Repeated repeated = explore::repeat(again.program(), order.settings, order.choices);
    ASSERT_EQ(repeated.verdict.why, report.exploration.verdict.why);
    ASSERT_FALSE(repeated.trace.empty());
  }
}

TEST(ExplorationTest, ADamagedTokenIsRefusedWherever) {
  ExploreOrder order;
  order.strategy = &strategy("futex_mutex");
  order.scenario = &scenario("contended_counter");
  order.values = explored_values(scenario("contended_counter"), {});
  order.choices = {0, 1, 0};
  const std::string token = explore_token(order);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string damaged = token;
    damaged[i] = damaged[i] == 'a' ? 'b' : 'a';
    EXPECT_THROW(read_explore_token(damaged), BadInput) << damaged;
    EXPECT_THROW(read_explore_token(token.substr(0, i)), BadInput) << i;
  }
}

TEST(ExplorationTest, SaysWhatItHasNoUseFor) {
  if (!is_built_in()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  const auto reason = [](std::string_view by, std::string_view in) {
    return unexplorable(strategy(by), scenario(in), explored_values(scenario(in), {}));
  };
  EXPECT_EQ(reason("futex_mutex", "contended_counter"), "");
  EXPECT_NE(reason("seqlock", "contended_counter").find("needs exclusive"), std::string::npos);
  EXPECT_NE(reason("std_wait_semaphore", "quiet_handover").find("other means than Env"), std::string::npos);
  EXPECT_NE(reason("named_semaphore", "contended_counter").find("opened by a name"), std::string::npos);
}

TEST(ExplorationTest, WhatHasNoRoomIsUnavailable) {
  if (!is_built_in()) { GTEST_SKIP() << "built without SHMLAB_TRACED"; }
  EXPECT_NE(explored("seqlock", "parent_child").unavailable.find("atomic locations"), std::string::npos);
}

TEST(ExplorationTest, ANamedObjectIsUnavailable) {
  const ExplorationReport report = explored("named_semaphore", "contended_counter");
  EXPECT_NE(report.unavailable, "");
  EXPECT_EQ(report.exploration.executions, 0U);
}

}  // namespace
}  // namespace shmlab::run
