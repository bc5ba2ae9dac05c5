#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "measure/allowed_cpus.hpp"
#include "run/property.hpp"
#include "run/replay_token.hpp"
#include "run/runner.hpp"

namespace shmlab::run {
namespace {

Plan scheduled(std::string_view strategy, std::string_view scenario, const std::vector<std::string>& params) {
  Plan plan;
  plan.strategy = &catalogue::strategy(strategy);
  plan.scenario = &catalogue::scenario(scenario);
  plan.values = plan.scenario->typical();
  for (const std::string& param : params) { catalogue::set_param(*plan.scenario, param, plan.values); }
  plan.lane = Lane::scheduled;
  plan.cpus = measure::choose_cpus(plan.scenario->participants(plan.values));
  return plan;
}

bool has_tracing() {
  return !catalogue::strategy("futex_mutex").traced_cases.empty();
}

class ScheduledLane : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_tracing()) { GTEST_SKIP() << "this build has no tracing (SHMLAB_TRACED)"; }
  }
};

PropertyReport checked(std::string_view strategy, std::string_view scenario, std::uint64_t seed) {
  PropertyBudget budget;
  budget.lanes = {Lane::scheduled};
  budget.regions = {shm::RegionKind::memfd};
  budget.max_runs = 200;
  budget.share = std::chrono::minutes(2);
  budget.seed = seed;
  return check_pair(catalogue::strategy(strategy), catalogue::scenario(scenario), budget);
}

/// Its violation; one without a reason when there is none.
PropertyFinding found_by(const PropertyReport& report) {
  return report.violation.value_or(PropertyFinding{});
}

bool same(const Result& one, const Result& other) {
  return one.verdict.why == other.verdict.why && one.steps == other.steps && one.schedule == other.schedule &&
         std::ranges::equal(one.trace, other.trace, [](const fault::TraceEntry& a, const fault::TraceEntry& b) {
           return a.participant == b.participant && a.operation == b.operation && a.offset == b.offset && a.value == b.value &&
                  a.line == b.line;
         });
}

TEST_F(ScheduledLane, RunsAsManySchedulesAsAskedOfACaseThatHolds) {
  Plan plan = scheduled("futex_mutex", "contended_counter", {"operations=2"});
  plan.search.schedules = 500;
  const Result result = run_case(plan);
  EXPECT_TRUE(result.verdict.is_ok()) << result.verdict.why;
  EXPECT_EQ(result.schedules, 500);
  EXPECT_GT(result.steps, 0);
}

TEST_F(ScheduledLane, IsTheSameInEveryRepetition) {
  Plan plan = scheduled("futex_mutex", "contended_counter", {"operations=2"});
  plan.search.trace = true;
  plan.search.schedules = 37;
  const Result first = run_case(plan);
  ASSERT_FALSE(first.trace.empty());
  for (int i = 0; i < 10; ++i) { EXPECT_TRUE(same(first, run_case(plan))); }
}

TEST_F(ScheduledLane, TellsOnesThatSleepForEver) {
  const PropertyReport report = checked("private_futex_mutex", "quiet_handover", 1);
  ASSERT_TRUE(report.violation.has_value());
  EXPECT_EQ(found_by(report).detector, detector::schedules);
  EXPECT_NE(found_by(report).verdict.why.find("all who are left sleep"), std::string::npos) << found_by(report).verdict.why;
  EXPECT_NE(found_by(report).verdict.why.find("private_futex_mutex.hpp:"), std::string::npos) << found_by(report).verdict.why;
}

/// By way of its token.
TEST_F(ScheduledLane, AFindingComesAgainStepByStep) {
  for (const auto& [strategy, scenario] :
       {std::pair{"racy_seqlock", "latest_value"}, std::pair{"broken_futex_mutex_unannounced", "contended_counter"},
        std::pair{"unsynchronised", "contended_counter"}}) {
    const PropertyReport report = checked(strategy, scenario, 7);
    ASSERT_TRUE(report.violation.has_value()) << strategy;
    EXPECT_EQ(found_by(report).reproduced, found_by(report).reruns);
    ReplayOrder order = read_replay_token(found_by(report).token);
    order.plan.search.trace = true;
    const Result first = run_case(order.plan);
    ASSERT_EQ(first.verdict.judgement, Judgement::violated) << strategy;
    EXPECT_EQ(first.verdict.why, found_by(report).verdict.why);
    for (int i = 1; i < 100; ++i) { ASSERT_TRUE(same(first, run_case(order.plan))) << strategy << ", repetition " << i; }
  }
}

TEST_F(ScheduledLane, AFindingIsSmall) {
  const PropertyReport report = checked("unsynchronised", "contended_counter", 3);
  ASSERT_TRUE(report.violation.has_value());
  const catalogue::ScenarioEntry& scenario = *report.scenario;
  EXPECT_EQ(found_by(report).values[scenario.param_index("participants")], 2);
  EXPECT_EQ(found_by(report).values[scenario.param_index("operations")], 1);
  EXPECT_EQ(found_by(report).schedule.size(), 1);
}

TEST(Perturbation, LeavesASoundStrategySound) {
  if (!has_tracing()) { GTEST_SKIP() << "this build has no tracing (SHMLAB_TRACED)"; }
  for (const std::string_view strategy : {"futex_mutex", "unnamed_semaphore", "pthread_mutex"}) {
    Plan plan = scheduled(strategy, "contended_counter", {"operations=100"});
    plan.lane = Lane::forked;
    for (plan.perturbation = 1; plan.perturbation <= 20; ++plan.perturbation) {
      const Result result = run_case(plan);
      EXPECT_TRUE(result.verdict.is_ok()) << strategy << ": " << result.verdict.why;
    }
  }
}

TEST(ReplayToken, SaysWhatThePlanSays) {
  Plan plan = scheduled("futex_mutex", "contended_counter", {"operations=3", "participants=3"});
  plan.region = shm::RegionKind::posix_shm;
  plan.search.replay = fault::Schedule{{.step = 5, .to = 1}, {.step = 17, .to = 2}};
  const ReplayOrder order = read_replay_token(replay_token(plan));
  EXPECT_EQ(order.plan.strategy, plan.strategy);
  EXPECT_EQ(order.plan.scenario, plan.scenario);
  EXPECT_EQ(order.plan.values, plan.values);
  EXPECT_EQ(order.plan.lane, plan.lane);
  EXPECT_EQ(order.plan.region, plan.region);
  EXPECT_EQ(order.plan.search.replay, plan.search.replay);
}

std::string refusal(const std::string& token) {
  try {
    read_replay_token(token);
  } catch (const BadInput& error) { return error.what(); }
  return "accepted";
}

TEST(ReplayToken, ThatIsDamagedIsRefused) {
  const std::string token = replay_token(scheduled("futex_mutex", "contended_counter", {"operations=3"}));
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string damaged = token;
    damaged[i] = damaged[i] == 'x' ? 'y' : 'x';
    EXPECT_NE(refusal(damaged).find("replay token: "), std::string::npos) << damaged;
    EXPECT_NE(refusal(token.substr(0, i)).find("replay token: "), std::string::npos) << token.substr(0, i);
  }
}

}  // namespace
}  // namespace shmlab::run
