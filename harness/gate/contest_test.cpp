#include "gate/contest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "contract/error.hpp"

namespace shmlab::gate {
namespace {

/// A program whose cases take what a test says, with noise that both share for a while, as machines have it.
class Simulated final : public Contestant {
 public:
  Simulated(std::map<std::string, double> ns, double& weather, std::uint64_t seed)
      : ns_(std::move(ns)), weather_(weather), random_(seed) {
    for (const auto& [name, time] : ns_) { names_.push_back(name); }
  }
  const std::vector<std::string>& cases() const override { return names_; }
  const std::optional<std::vector<std::string>>& unsteady() const override { return unsteady_names; }
  std::size_t region_bytes(const std::string&) const override { return 0; }
  Observed observe(const Request& request) override {
    const std::string& name = request.name;
    ++asked[name];
    if (name == broken) { return {.error = "a torn value"}; }
    weather_ *= std::lognormal_distribution<double>(0, 0.02)(random_);
    const double time = ns_.at(name) * weather_ * std::lognormal_distribution<double>(0, 0.01)(random_);
    const double p99 = request.with_latency ? time * tail : 0;
    return {.ns_per_operation = time, .mean_ns_per_operation = time * 1.1, .p99_ns = p99, .error = {}};
  }

  std::map<std::string, int> asked;
  std::optional<std::vector<std::string>> unsteady_names;
  std::string broken;
  double tail = 3;

 private:
  std::map<std::string, double> ns_;
  std::vector<std::string> names_;
  double& weather_;
  std::mt19937_64 random_;
};

const CaseComparison& of(const Comparison& comparison, const std::string& name) {
  return *std::ranges::find(comparison.cases, name, &CaseComparison::name);
}

class ContestTest : public ::testing::Test {
 protected:
  double weather_ = 1;
};

TEST_F(ContestTest, TellsApartWhatIsSlowerFasterAndTheSame) {
  Simulated base({{"same", 10}, {"slower", 10}, {"faster", 10}, {"gone", 10}}, weather_, 1);
  Simulated head({{"same", 10}, {"slower", 11}, {"faster", 9}, {"new", 10}}, weather_, 2);
  const Comparison comparison = contest(base, head, {});
  EXPECT_EQ(of(comparison, "same").finding.verdict, Verdict::pass);
  EXPECT_EQ(of(comparison, "slower").finding.verdict, Verdict::regressed);
  EXPECT_NEAR(of(comparison, "slower").finding.ratio, 1.1, 0.02);
  EXPECT_EQ(of(comparison, "faster").finding.verdict, Verdict::improved);
  EXPECT_EQ(of(comparison, "new").finding.verdict, Verdict::added);
  EXPECT_EQ(of(comparison, "gone").finding.verdict, Verdict::removed);
  EXPECT_EQ(comparison.verdict(), Verdict::regressed);
  EXPECT_EQ(base.asked["gone"], 0);
  EXPECT_EQ(base.asked["same"], head.asked["same"]);
  EXPECT_GE(base.asked["slower"], static_cast<int>(first_stage_pairs + fewest_second_stage_pairs));
}

TEST_F(ContestTest, WhatFailsIsAnErrorAndNotAskedAgain) {
  Simulated base({{"same", 10}, {"bad", 10}}, weather_, 1);
  Simulated head({{"same", 10}, {"bad", 10}}, weather_, 2);
  head.broken = "bad";
  const Comparison comparison = contest(base, head, {});
  EXPECT_EQ(of(comparison, "bad").finding.verdict, Verdict::error);
  EXPECT_EQ(of(comparison, "bad").error, "head: a torn value");
  EXPECT_EQ(of(comparison, "same").finding.verdict, Verdict::pass);
  EXPECT_EQ(comparison.verdict(), Verdict::error);
  EXPECT_EQ(head.asked["bad"], 1);
}

TEST_F(ContestTest, ALongerTailIsAWarningAndNoVerdict) {
  Simulated base({{"same", 10}}, weather_, 1);
  Simulated head({{"same", 10}}, weather_, 2);
  head.tail = 6;
  const Comparison comparison = contest(base, head, {});
  EXPECT_EQ(of(comparison, "same").finding.verdict, Verdict::pass);
  ASSERT_EQ(of(comparison, "same").warnings.size(), 1U);
  EXPECT_NE(of(comparison, "same").warnings[0].find("99th percentile"), std::string::npos);
}

TEST_F(ContestTest, OfUnsteadyCasesMoreIsTolerated) {
  using Names = std::optional<std::vector<std::string>>;
  const auto finding = [this](double ns, const Names& of_base, const Names& of_head) {
    Simulated base({{"one", 10}}, weather_, 1);
    Simulated head({{"one", ns}}, weather_, 2);
    base.unsteady_names = of_base;
    head.unsteady_names = of_head;
    return contest(base, head, {}).cases.front().finding.verdict;
  };
  const Names nothing = std::vector<std::string>();
  const Names one = std::vector<std::string>{"one"};
  EXPECT_EQ(finding(11.5, nothing, nothing), Verdict::regressed);
  EXPECT_EQ(finding(11.5, one, one), Verdict::pass);
  EXPECT_EQ(finding(13.5, one, one), Verdict::regressed);
  // The base's word counts.
  EXPECT_EQ(finding(11.5, one, nothing), Verdict::pass);
  EXPECT_EQ(finding(11.5, nothing, one), Verdict::regressed);
  EXPECT_EQ(finding(11.5, std::nullopt, one), Verdict::pass);
  EXPECT_EQ(finding(11.5, one, std::nullopt), Verdict::pass);
  EXPECT_EQ(finding(11.5, std::nullopt, std::nullopt), Verdict::regressed);
}

TEST_F(ContestTest, SaysHowFarItIs) {
  Simulated base({{"same", 10}, {"slower", 10}}, weather_, 1);
  Simulated head({{"same", 10}, {"slower", 12}}, weather_, 2);
  std::uint64_t last = 0;
  std::uint64_t in_all = 0;
  contest(base, head, {}, [&](std::uint64_t done, std::uint64_t all, std::string_view) {
    EXPECT_EQ(done, last + 1);
    last = done;
    in_all = all;
  });
  EXPECT_EQ(last, in_all);
}

TEST_F(ContestTest, SomeCasesAlone) {
  Simulated base({{"one", 10}, {"other", 10}}, weather_, 1);
  Simulated head({{"one", 10}, {"other", 10}}, weather_, 2);
  const Comparison comparison = contest(base, head, {.only = {"other"}});
  ASSERT_EQ(comparison.cases.size(), 1U);
  EXPECT_EQ(base.asked["one"], 0);
  EXPECT_THROW(contest(base, head, {.only = {"others"}}), BadInput);
}

TEST_F(ContestTest, AsManyPairsAsAreAskedFor) {
  Simulated base({{"same", 10}, {"slower", 10}}, weather_, 1);
  Simulated head({{"same", 10}, {"slower", 12}}, weather_, 2);
  const Comparison comparison = contest(base, head, {.pairs = 50});
  for (const CaseComparison& one : comparison.cases) { EXPECT_EQ(one.finding.pairs, 50U) << one.name; }
  EXPECT_EQ(of(comparison, "slower").finding.verdict, Verdict::regressed);
  EXPECT_EQ(base.asked["same"], 50);
}

TEST_F(ContestTest, WhenTimeEndsWhatIsThereIsJudged) {
  for (const int most : {0, 5, 25}) {
    weather_ = 1;
    Simulated base({{"same", 10}, {"slower", 15}}, weather_, 1);
    Simulated head({{"same", 10}, {"slower", 30}}, weather_, 2);
    int asked = 0;
    const Comparison comparison = contest(base, head, {.has_time = [&] { return asked++ < most; }});
    const Finding& slower = of(comparison, "slower").finding;
    EXPECT_EQ(of(comparison, "same").finding.verdict, Verdict::pass) << "the first stage takes the time that it takes";
    EXPECT_EQ(comparison.cut_short, 1U) << most;
    EXPECT_EQ(base.asked["slower"], static_cast<int>(first_stage_pairs) + most);
    EXPECT_NEAR(slower.ratio, 2, 0.1) << most;
    // Of five pairs nothing is certain; the first stage's estimate is told.
    EXPECT_EQ(slower.verdict, most == 25 ? Verdict::regressed : Verdict::inconclusive) << most;
    EXPECT_EQ(slower.pairs, most == 25 ? 25U : first_stage_pairs) << most;
    EXPECT_EQ(slower.pairs_needed > 0, most != 25) << most;
  }
}

TEST_F(ContestTest, APartIsJudgedAsStrictlyAsTheWhole) {
  const auto high = [](std::size_t family) {
    double weather = 1;
    Simulated base({{"same", 10}}, weather, 1);
    Simulated head({{"same", 10}}, weather, 2);
    return contest(base, head, {.family = family}).cases.front().finding.high;
  };
  EXPECT_GT(high(1000), high(0));
}

/// Where a hypervisor keeps the CPUs of a machine: for so many looks in every twenty they are apart, where everything takes five times as long.
struct Hypervisor {
  int far_looks = 0;
  int looks = 0;

  [[nodiscard]] bool is_far() const { return looks % 20 < far_looks; }
  double line_ns() {
    ++looks;
    return is_far() ? 400 : 40;
  }
};

/// A program that takes 10 ns near, and is slower by a fifth there if so wanted; far there is no difference.
class Moved final : public Contestant {
 public:
  Moved(const Hypervisor& hypervisor, bool is_slower) : hypervisor_(hypervisor), near_ns_(is_slower ? 12 : 10) {}
  const std::vector<std::string>& cases() const override { return names_; }
  const std::optional<std::vector<std::string>>& unsteady() const override { return unsteady_; }
  std::size_t region_bytes(const std::string&) const override { return 0; }
  Observed observe(const Request&) override {
    const double ns = (hypervisor_.is_far() ? 50 : near_ns_) * std::lognormal_distribution<double>(0, 0.01)(random_);
    return {.ns_per_operation = ns, .mean_ns_per_operation = ns, .error = {}};
  }

 private:
  const Hypervisor& hypervisor_;
  double near_ns_;
  std::vector<std::string> names_{"one"};
  std::optional<std::vector<std::string>> unsteady_;
  std::mt19937_64 random_{1};
};

Comparison under(Hypervisor hypervisor, ContestOrder order = {}) {
  Moved base(hypervisor, false);
  Moved head(hypervisor, true);
  order.line_ns = [&] { return hypervisor.line_ns(); };
  return contest(base, head, order);
}

TEST(ContestInRegimes, JudgesWhereTheMachineMostlyIs) {
  for (const int far_looks : {0, 7}) {
    const Comparison near = under({.far_looks = far_looks});
    const CaseComparison& one = near.cases.front();
    EXPECT_EQ(one.finding.verdict, Verdict::regressed) << far_looks;
    EXPECT_NEAR(one.finding.ratio, 1.2, 0.02) << far_looks;
    EXPECT_EQ(near.line_ns, 40) << far_looks;
    EXPECT_NEAR(one.base_ns, 10, 0.2);
    EXPECT_EQ(one.left_out > 0, far_looks > 0);
    EXPECT_GE(one.finding.pairs, fewest_second_stage_pairs) << "for those left out there are others";
    EXPECT_EQ(near.observations / 2, first_stage_pairs + one.finding.pairs + one.left_out);
  }
  const Comparison far = under({.far_looks = 14});
  EXPECT_EQ(far.cases.front().finding.verdict, Verdict::pass) << "there is no difference there";
  EXPECT_NEAR(far.cases.front().base_ns, 50, 1);
  EXPECT_EQ(far.line_ns, 400);
}

TEST(ContestInRegimes, AllCountWhereItNeverStays) {
  const Hypervisor hypervisor;
  bool is_odd = false;
  Moved base(hypervisor, false);
  Moved head(hypervisor, false);
  const Comparison restless = contest(base, head, {.line_ns = [&] { return (is_odd = !is_odd) ? 40 : 400; }});
  EXPECT_EQ(restless.cases.front().finding.verdict, Verdict::pass);
  EXPECT_EQ(restless.cases.front().finding.pairs, first_stage_pairs);
  EXPECT_EQ(restless.cases.front().left_out, 0U);
}

TEST(ContestInRegimes, AsksForNoMoreThanTwiceAsMany) {
  // Half of the pairs lie where it mostly is, or a few more.
  for (const int far_looks : {7, 8, 9}) {
    const Comparison comparison = under({.far_looks = far_looks}, {.pairs = 40});
    EXPECT_LE(comparison.observations / 2, 80U) << far_looks;
    EXPECT_LE(comparison.cases.front().finding.pairs, 40U) << far_looks;
    EXPECT_GE(comparison.cases.front().finding.pairs, 37U) << far_looks;
  }
}

TEST(ContestInRegimes, AsManyCountAsAreAskedFor) {
  const Comparison comparison = under({.far_looks = 7}, {.pairs = 60});
  EXPECT_EQ(comparison.cases.front().finding.pairs, 60U);
  EXPECT_NEAR(comparison.cases.front().finding.ratio, 1.2, 0.02);
}

TEST(ContestInRegimes, CountsWhereItIsToldTo) {
  const ContestOrder near{.pairs = 40, .counted_line_ns = 40};
  for (const int far_looks : {0, 7, 14}) {
    const Comparison comparison = under({.far_looks = far_looks}, near);
    EXPECT_EQ(comparison.cases.front().finding.verdict, Verdict::regressed) << far_looks;
    EXPECT_EQ(comparison.cases.front().finding.pairs, 40U) << far_looks;
    EXPECT_NEAR(comparison.cases.front().finding.ratio, 1.2, 0.02) << far_looks;
    EXPECT_EQ(comparison.line_ns, 40);
  }
  const Comparison never = under({.far_looks = 20}, near);
  EXPECT_EQ(never.cases.front().finding.verdict, Verdict::error);
  EXPECT_EQ(never.cases.front().error, "a cache line never took about 40 ns there and back");
  EXPECT_EQ(never.observations / 2, 400U);
}

TEST(ContestInRegimes, WhenTimeEndsThereAreNoOthers) {
  const Comparison comparison = under({.far_looks = 7}, {.has_time = [] { return false; }});
  EXPECT_EQ(comparison.observations, 2 * first_stage_pairs);
  EXPECT_GT(comparison.cases.front().left_out, 0U);
  EXPECT_EQ(comparison.cases.front().finding.pairs + comparison.cases.front().left_out, first_stage_pairs);
  EXPECT_EQ(comparison.cut_short, 1U);
}

TEST_F(ContestTest, NothingInCommonIsNoRegression) {
  Simulated base({{"gone", 10}}, weather_, 1);
  Simulated head({{"new", 10}}, weather_, 2);
  EXPECT_EQ(contest(base, head, {}).verdict(), Verdict::pass);
}

}  // namespace
}  // namespace shmlab::gate
