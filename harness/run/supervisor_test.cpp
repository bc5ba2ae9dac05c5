#include "run/supervisor.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ostream>
#include <string>
#include <tuple>

#include "run/result.hpp"
#include "run/runner.hpp"
#include "run/testing/plans.hpp"

namespace shmlab::run {
namespace {

using testing::plan_for;

/// A strategy whose participants hang at a lock, and what the verdict says they sleep in.
struct Hang {
  const char* strategy;
  const char* primitive;
};
void PrintTo(const Hang& hang, std::ostream* out) {
  *out << hang.strategy;
}

/// Runs the control until the hang shows: one or two short runs, and many where the participants seldom meet beside other work.
Result stranded_run(const char* strategy, Lane lane) {
  const auto watchdog = std::chrono::steady_clock::now() + std::chrono::minutes{1};
  Result result;
  do {
    result = run_case(plan_for(strategy, "contended_counter", 300'000, lane));
  } while (result.verdict.is_ok() && std::chrono::steady_clock::now() < watchdog);
  return result;
}

class HangTest : public ::testing::TestWithParam<std::tuple<Hang, Lane>> {};

// Three strategies in two lanes, four times: each of 24 hangs.
TEST_P(HangTest, NamesWhoHangsAtWhichStepAndWhereItSleeps) {
  const auto& [hang, lane] = GetParam();
  constexpr int times = 4;
  for (int i = 0; i < times; ++i) {
    const Result result = stranded_run(hang.strategy, lane);
    EXPECT_EQ(result.verdict.judgement, Judgement::violated);
    EXPECT_EQ(result.detector, detector::hang_watch);
    for (const char* word : {"worker ", "at step 'lock' asleep in ", hang.primitive}) {
      EXPECT_NE(result.verdict.why.find(word), std::string::npos) << result.verdict.why;
    }
  }
}

// Not between threads of one process: there private futexes are right.
INSTANTIATE_TEST_SUITE_P(
    Processes, HangTest,
    ::testing::Combine(::testing::Values(Hang{"private_futex_mutex", "futex(FUTEX_WAIT_PRIVATE) on region+0x"},
                                         Hang{"broken_futex_mutex_no_wake", "futex(FUTEX_WAIT) on region+0x"},
                                         Hang{"std_wait_semaphore", "futex(FUTEX_WAIT) on region+0x"}),
                       ::testing::Values(Lane::processes, Lane::forked)),
    [](const auto& hang) {
      return fmt::format("{}_{}", std::get<Hang>(hang.param).strategy, to_string(std::get<Lane>(hang.param)));
    });

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
  stranded_run("private_futex_mutex", Lane::forked);
  EXPECT_TRUE(run_case(plan_for("futex_mutex", "contended_counter", 100)).verdict.is_ok());
}

}  // namespace
}  // namespace shmlab::run
