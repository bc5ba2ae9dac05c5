#include "gate/selfcheck.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace shmlab::gate {
namespace {

Finding between(double low, double high, Verdict verdict = Verdict::pass) {
  return {.verdict = verdict, .ratio = (low + high) / 2, .low = low, .high = high, .pairs = 100};
}

CaseComparison one_case(const Finding& finding) {
  CaseComparison one;
  one.name = "a/b";
  one.finding = finding;
  return one;
}

Selfcheck with_floor(const Finding& finding) {
  Selfcheck check;
  check.floor.cases = {one_case(between(0.999, 1.002)), one_case(finding)};
  return check;
}

TEST(SelfcheckTest, AnEffectIsCertainBeyondTheNearerBound) {
  EXPECT_EQ(certain_effect(between(0.99, 1.03)), 0);
  EXPECT_DOUBLE_EQ(certain_effect(between(1.02, 1.03)), 1.02 - 1);
  EXPECT_DOUBLE_EQ(certain_effect(between(0.8, 0.9)), 1 / 0.9 - 1);
  EXPECT_EQ(certain_effect(between(0, std::numeric_limits<double>::infinity())), 0);
  EXPECT_EQ(certain_effect({}), 0);
}

TEST(SelfcheckTest, MoreThanOnePerCentFromPlacementFails) {
  EXPECT_TRUE(with_floor(between(1.004, 1.03)).is_ok());
  EXPECT_FALSE(with_floor(between(1.011, 1.03)).is_ok());
  EXPECT_FALSE(with_floor(between(0.95, 0.98)).is_ok());
  EXPECT_DOUBLE_EQ(floor_of(with_floor(between(1.004, 1.03)).floor), 1.004 - 1);
  EXPECT_FALSE(with_floor({}).is_ok()) << "an error";
}

TEST(SelfcheckTest, VerdictsAreHeldAgainstWhatIsTrue) {
  const auto slowed = [](const Finding& truth, Verdict verdict) {
    return SlowedCase{.name = "a/b", .delay = {.rate = 0.1, .truth = truth}, .verdict = between(0.9, 1.2, verdict)};
  };
  const Finding slow = between(1.051, 1.06);
  const Finding hardly = between(1.03, 1.06);
  const Finding not_at_all = between(0.99, 1.01);
  EXPECT_TRUE(agrees(slowed(slow, Verdict::regressed)));
  EXPECT_FALSE(agrees(slowed(slow, Verdict::pass)));
  EXPECT_FALSE(agrees(slowed(slow, Verdict::inconclusive)));
  EXPECT_TRUE(agrees(slowed(hardly, Verdict::regressed)));
  EXPECT_TRUE(agrees(slowed(hardly, Verdict::pass)));
  EXPECT_FALSE(agrees(slowed(not_at_all, Verdict::regressed)));
  EXPECT_TRUE(agrees(slowed(not_at_all, Verdict::pass)));
  EXPECT_FALSE(agrees(slowed(hardly, Verdict::error)));

  Selfcheck check = with_floor(between(0.99, 1.01));
  check.slowdowns = {{.target = 1.05, .cases = {slowed(slow, Verdict::regressed)}}};
  EXPECT_TRUE(check.is_ok());
  check.slowdowns[0].cases.push_back(slowed(slow, Verdict::pass));
  EXPECT_FALSE(check.is_ok());
}

}  // namespace
}  // namespace shmlab::gate
