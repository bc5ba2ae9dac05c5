#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "run/children.hpp"
#include "run/result.hpp"
#include "run/runner.hpp"
#include "run/testing/misdeed.hpp"
#include "run/testing/plans.hpp"

namespace shmlab::run {
namespace {

/// What all participants of a case do, and what is said of it.
struct Misdeed {
  const char* name;
  Judgement judgement;
  const char* why;                         ///< part of the verdict
  std::chrono::milliseconds run_for{500};  ///< 0: until it is found
};

class MisdeedTest : public ::testing::TestWithParam<Misdeed> {
 protected:
  MisdeedTest() { setenv(testing::misdeed_variable, GetParam().name, 1); }
  ~MisdeedTest() override { unsetenv(testing::misdeed_variable); }
};

TEST_P(MisdeedTest, IsSaidAndNothingIsLeft) {
  // Endless, so that it happens in the middle.
  Plan plan = testing::plan_for("spsc_ring", "stream", 1, Lane::processes);
  plan.values[plan.scenario->param_index("operations")] = 0;
  plan.run_for = GetParam().run_for;
  plan.deadline = std::chrono::seconds(3);
  const Children own(getpid());
  const std::size_t before = own.list().size();
  const Result result = run_case(plan);
  EXPECT_EQ(result.verdict.judgement, GetParam().judgement) << result.verdict.why;
  EXPECT_NE(result.verdict.why.find(GetParam().why), std::string::npos) << result.verdict.why;
  EXPECT_EQ(own.list().size(), before);
}

INSTANTIATE_TEST_SUITE_P(
    All, MisdeedTest,
    ::testing::Values(Misdeed{"leave", Judgement::violated, "as if all were well"},
                      Misdeed{"stop", Judgement::unknown, "stopped by a signal"}, Misdeed{"close", Judgement::ok, ""},
                      Misdeed{"bomb", Judgement::violated, "processes behind"},
                      Misdeed{"swarm", Judgement::violated, "processes run below the runner", std::chrono::milliseconds(0)}),
    [](const auto& misdeed) { return std::string(misdeed.param.name); });

}  // namespace
}  // namespace shmlab::run
