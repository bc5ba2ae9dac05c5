#include "run/canary.hpp"

#include <gtest/gtest.h>

#include "run/testing/plans.hpp"

namespace shmlab::run {
namespace {

using testing::plan_for;

ParticipantResult at_work(std::uint32_t index, double from, double to, std::uint64_t operations = 10) {
  ParticipantResult participant;
  participant.outcome.index = index;
  participant.outcome.operations = operations;
  participant.started_ns = from;
  participant.ended_ns = to;
  return participant;
}

TEST(ContentionTest, TakesParticipantsThatOverlap) {
  Result result;
  result.participants = {at_work(0, 0, 100), at_work(1, 20, 120)};
  EXPECT_TRUE(contention_of(result).is_ok());
}

TEST(ContentionTest, RefusesParticipantsThatTookTurns) {
  Result result;
  result.participants = {at_work(0, 0, 100), at_work(1, 90, 200)};
  EXPECT_EQ(contention_of(result).judgement, Judgement::violated);
}

TEST(ContentionTest, RefusesAnIdler) {
  Result result;
  result.participants = {at_work(0, 0, 100), at_work(1, 0, 100, 0)};
  EXPECT_EQ(contention_of(result).judgement, Judgement::violated);
}

Plan until_stopped(std::string_view strategy) {
  Plan plan = plan_for(strategy, "contended_counter", 1, Lane::processes);
  plan.values[plan.scenario->param_index("operations")] = 0;
  plan.run_for = std::chrono::milliseconds(50);
  return plan;
}

TEST(CanaryTest, PassesALock) {
  const Verdict verdict = canary(until_stopped("futex_mutex"));
  EXPECT_TRUE(verdict.is_ok()) << verdict.why;
}

TEST(CanaryTest, RefusesALockThatSharesNothing) {
  // Its lock() and unlock() touch no shared state, as those of a lock that every process has a copy of.
  bool refused = false;
  for (int attempt = 0; attempt < 50 && !refused; ++attempt) { refused = !canary(until_stopped("unsynchronised")).is_ok(); }
  EXPECT_TRUE(refused);
}

}  // namespace
}  // namespace shmlab::run
