#include "gate/decision.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace shmlab::gate {
namespace {

constexpr std::size_t family = 40;

/// Pairs of a machine: most are near, some are far off, to both sides.
class NoisyPairs {
 public:
  NoisyPairs(std::uint64_t seed, double true_ratio, double deviation)
      : random_(seed), centre_(std::log(true_ratio)), deviation_(deviation) {}

  std::vector<double> take(std::uint64_t count) {
    std::vector<double> pairs(count);
    for (double& pair : pairs) {
      const bool is_far = std::bernoulli_distribution(0.1)(random_);
      pair = centre_ + std::normal_distribution<double>(0, is_far ? 10 * deviation_ : deviation_)(random_);
    }
    return pairs;
  }

 private:
  std::mt19937_64 random_;
  double centre_;
  double deviation_;
};

/// Both stages, as a comparison goes through them.
Finding judge(NoisyPairs pairs) {
  const std::vector<double> first = pairs.take(first_stage_pairs);
  if (const auto finding = judge_first_stage(first, family)) { return *finding; }
  const std::uint64_t more = std::clamp(pairs_needed(first, family), fewest_second_stage_pairs, most_second_stage_pairs);
  return judge_second_stage(pairs.take(more), family);
}

/// Of `times` cases with this true ratio, how many get the verdict.
int count(Verdict verdict, double true_ratio, double deviation, int times, std::uint64_t seed) {
  int found = 0;
  for (int i = 0; i < times; ++i) {
    found += judge(NoisyPairs(seed + static_cast<std::uint64_t>(i), true_ratio, deviation)).verdict == verdict ? 1 : 0;
  }
  return found;
}

TEST(DecisionTest, TheSameAgainstItselfIsNoRegression) {
  // 100 families of 40: of them one in a hundred may cry wolf.
  EXPECT_LE(count(Verdict::regressed, 1, 0.03, 4000, 1), 2);
  EXPECT_GE(count(Verdict::pass, 1, 0.03, 4000, 1), 3900);
}

TEST(DecisionTest, WhatIsSlowerByLessThanTheNoiseIsNoRegression) {
  EXPECT_LE(count(Verdict::regressed, 1.02, 0.02, 2000, 2), 2);
}

TEST(DecisionTest, FivePercentAreFound) {
  EXPECT_GE(count(Verdict::regressed, 1.05, 0.03, 400, 3), 360);
}

TEST(DecisionTest, TenPercentAreFound) {
  EXPECT_GE(count(Verdict::regressed, 1.10, 0.03, 400, 4), 398);
}

TEST(DecisionTest, TenPercentFasterIsAnImprovement) {
  EXPECT_GE(count(Verdict::improved, 0.9, 0.02, 400, 5), 390);
}

TEST(DecisionTest, ThreePercentSlowerPassAndAreNamed) {
  NoisyPairs pairs(6, 1.03, 0.004);
  const auto finding = judge_first_stage(pairs.take(first_stage_pairs), family);
  if (!finding) { FAIL() << "the first stage has not decided"; }
  EXPECT_EQ(finding->verdict, Verdict::pass);
  EXPECT_TRUE(finding->slower_tolerated);
  EXPECT_NEAR(finding->ratio, 1.03, 0.005);
  EXPECT_LT(finding->low, finding->ratio);
  EXPECT_GT(finding->high, finding->ratio);
}

TEST(DecisionTest, TheFirstStageDoesNotAccuse) {
  NoisyPairs pairs(7, 2, 0.01);
  EXPECT_FALSE(judge_first_stage(pairs.take(first_stage_pairs), family));
}

TEST(DecisionTest, WhereNothingCanBeToldTheVerdictSaysHowManyPairsWould) {
  NoisyPairs pairs(8, 1.04, 0.5);
  const Finding finding = judge_second_stage(pairs.take(most_second_stage_pairs), family);
  EXPECT_EQ(finding.verdict, Verdict::inconclusive);
  EXPECT_GT(finding.pairs_needed, most_second_stage_pairs);
}

TEST(DecisionTest, ALargerFamilyHasToBeSurer) {
  NoisyPairs pairs(9, 1, 0.05);
  const std::vector<double> first = pairs.take(first_stage_pairs);
  EXPECT_GT(pairs_needed(first, 200), pairs_needed(first, 1));
}

}  // namespace
}  // namespace shmlab::gate
