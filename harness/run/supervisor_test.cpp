#include "run/supervisor.hpp"

#include <gtest/gtest.h>

#include <string>

#include "run/result.hpp"
#include "run/runner.hpp"
#include "run/testing/plans.hpp"

namespace shmlab::run {
namespace {

using testing::plan_for;

/// Runs the control until the hang shows, which takes one or two short runs.
Result stranded_run(Lane lane) {
  Result result;
  for (int attempt = 0; attempt < 50; ++attempt) {
    result = run_case(plan_for("private_futex_mutex", "contended_counter", 100'000, lane));
    if (!result.verdict.is_ok()) { break; }
  }
  return result;
}

class HangTest : public ::testing::TestWithParam<Lane> {};

TEST_P(HangTest, NamesWhoHangsAtWhichStepAndWhereItSleeps) {
  const Result result = stranded_run(GetParam());
  EXPECT_EQ(result.verdict.judgement, Judgement::violated);
  EXPECT_EQ(result.detector, detector::hang_watch);
  EXPECT_NE(result.verdict.why.find("worker"), std::string::npos) << result.verdict.why;
  EXPECT_NE(result.verdict.why.find("'lock'"), std::string::npos) << result.verdict.why;
  EXPECT_NE(result.verdict.why.find("futex(FUTEX_WAIT_PRIVATE) on region+0x"), std::string::npos) << result.verdict.why;
}

// Not between threads of one process: there the private futex is right.
INSTANTIATE_TEST_SUITE_P(Processes, HangTest, ::testing::Values(Lane::processes, Lane::forked),
                         [](const auto& lane) { return std::string(to_string(lane.param)); });

TEST(DeadlineTest, IsNeverAPass) {
  // Nobody says stop before the deadline, and spinning is no sleep: neither a hang nor an answer.
  Plan plan = plan_for("spsc_ring", "stream", 1);
  plan.values[plan.scenario->param_index("operations")] = 0;
  plan.deadline = std::chrono::milliseconds(300);
  const Result result = run_case(plan);
  EXPECT_EQ(result.verdict.judgement, Judgement::unknown);
  EXPECT_EQ(result.detector, detector::supervisor);
  EXPECT_NE(result.verdict.why.find("producer 0"), std::string::npos) << result.verdict.why;
}

TEST(PoolTest, GoesOnAfterAKilledCase) {
  stranded_run(Lane::forked);
  EXPECT_TRUE(run_case(plan_for("futex_mutex", "contended_counter", 100)).verdict.is_ok());
}

}  // namespace
}  // namespace shmlab::run
