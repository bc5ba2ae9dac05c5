#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "explore/depth_first.hpp"
#include "explore/dpor.hpp"
#include "explore/testing/classic_litmus.hpp"
#include "explore/testing/explored_outcomes.hpp"
#include "explore/testing/oracle_comparison.hpp"
#include "explore/testing/random_program.hpp"

/// The explorer against the axioms: it shows nothing that they forbid, and all that they allow.
namespace shmlab::explore {
namespace {

using testing::ClassicLitmus;
using testing::LitmusProgram;
using testing::OracleTally;
using testing::Outcome;

Settings unbounded() {
  Settings settings;
  settings.bounds.weak_failures = Bounds::unlimited;
  return settings;
}

std::set<Outcome> shown(const LitmusProgram& program, Search& search) {
  const auto [outcomes, exploration] = explored_outcomes(program, search, unbounded());
  EXPECT_TRUE(exploration.is_exhaustive() && exploration.met.empty()) << describe(exploration, {}) << '\n' << to_string(program);
  return outcomes;
}

bool has(const std::set<Outcome>& outcomes, const std::string& condition) {
  return std::any_of(outcomes.begin(), outcomes.end(), [&](const Outcome& one) { return satisfies(one, condition); });
}

/// Which order an operation has for the explorer, in place of the one that the axioms know of.
using Weakening = std::memory_order (*)(testing::Operation, std::memory_order);

LitmusProgram weakened(LitmusProgram program, Weakening weakening) {
  for (auto& thread : program.threads) {
    for (testing::Instruction& one : thread) { one.order = weakening(one.operation, one.order); }
    std::erase_if(thread, [](const testing::Instruction& one) {
      return one.operation == testing::Operation::fence && one.order == std::memory_order_relaxed;
    });
  }
  return program;
}

/// Of the programs from one seed to before another. Within bounds, if there are any in the settings.
OracleTally tally(std::uint64_t first, std::uint64_t end, const Settings& settings = unbounded(), Weakening weakening = nullptr) {
  OracleTally sums;
  for (std::uint64_t seed = first; seed < end; ++seed) {
    const LitmusProgram program = testing::random_program(seed);
    Dpor search;
    const LitmusProgram explored = weakening == nullptr ? program : weakened(program, weakening);
    const auto [outcomes, exploration] = explored_outcomes(explored, search, settings);
    EXPECT_TRUE(exploration.is_exhaustive()) << describe(exploration, settings) << '\n' << to_string(program);
    sums.add(program, outcomes);
  }
  return sums;
}

class ExploredClassic : public ::testing::TestWithParam<ClassicLitmus> {};

TEST_P(ExploredClassic, IsShownWhenTheLiteratureAllowsIt) {
  const ClassicLitmus& test = GetParam();
  Dpor reduced;
  const auto outcomes = shown(test.program, reduced);
  EXPECT_EQ(has(outcomes, test.condition), test.allowed) << to_string(test.program) << test.condition;
  DepthFirst full(DepthFirst::unlimited);
  EXPECT_EQ(outcomes, shown(test.program, full)) << to_string(test.program);
}

INSTANTIATE_TEST_SUITE_P(All, ExploredClassic,
                         ::testing::ValuesIn(testing::classic_litmus().begin(), testing::classic_litmus().end()),
                         [](const auto& test) { return std::string(test.param.name); });

void hold_against_oracle(std::uint64_t first, std::uint64_t end) {
  const OracleTally sums = tally(first, end);
  fmt::print("{}", to_string(sums));
  EXPECT_EQ(sums.forbidden.outcomes, 0U) << to_string(sums);
  EXPECT_EQ(sums.beyond_cpp20.outcomes, 0U) << to_string(sums);
  // None of these: a reduction that tries a little less than it must loses 0.06 % here, which is too near to the promised 0.05 %.
  EXPECT_EQ(sums.missing.outcomes, 0U) << to_string(sums);
  EXPECT_LT(sums.missing_percent(), 0.05) << to_string(sums);
}

TEST(Oracle, TenThousandRandomPrograms) {
  hold_against_oracle(0, 10'000);
}

/// For the night: --gtest_also_run_disabled_tests.
TEST(Oracle, DISABLED_HundredThousandRandomPrograms) {
  hold_against_oracle(10'000, 110'000);
}

/// The controls: an explorer that is broken on purpose is told from a right one by the same comparison.
std::memory_order without_releases(testing::Operation /*operation*/, std::memory_order order) {
  if (order == std::memory_order_acq_rel) { return std::memory_order_acquire; }
  return order == std::memory_order_release ? std::memory_order_relaxed : order;
}

std::memory_order without_acquires(testing::Operation /*operation*/, std::memory_order order) {
  if (order == std::memory_order_acq_rel) { return std::memory_order_release; }
  return order == std::memory_order_acquire ? std::memory_order_relaxed : order;
}

std::memory_order without_s(testing::Operation operation, std::memory_order order) {
  if (order != std::memory_order_seq_cst) { return order; }
  if (operation == testing::Operation::load) { return std::memory_order_acquire; }
  return operation == testing::Operation::store ? std::memory_order_release : std::memory_order_acq_rel;
}

TEST(Oracle, TellsAnExplorerThatShowsTooMuch) {
  for (const Weakening broken : {without_releases, without_acquires, without_s}) {
    EXPECT_GT(tally(0, 300, unbounded(), broken).forbidden.outcomes, 0U);
  }
}

/// An explorer that shows too little is told, and says itself what kept it from more.
void hold_to_saying(Bound bound, const Settings& settings, const std::function<std::unique_ptr<Search>()>& make_search) {
  std::size_t with_missing = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const LitmusProgram program = testing::random_program(seed);
    const auto search = make_search();
    const auto [outcomes, exploration] = explored_outcomes(program, *search, settings);
    const auto comparison = compare_with_oracle(program, outcomes);
    const std::string what = describe(exploration, settings) + '\n' + to_string(program);
    ASSERT_TRUE(comparison.forbidden.empty() && comparison.beyond_cpp20.empty()) << what;
    if (comparison.missing.empty() && comparison.missing_against_execution.empty()) { continue; }
    ++with_missing;
    ASSERT_TRUE(exploration.met.contains(bound)) << what;
  }
  EXPECT_GT(with_missing, 0U);
}

TEST(Oracle, WhatABoundHidesIsNotHiddenInSilence) {
  const auto full = [] { return std::make_unique<DepthFirst>(DepthFirst::unlimited); };
  const auto reduced = [] { return std::make_unique<Dpor>(); };
  Settings settings = unbounded();
  settings.bounds.most_stale = 0;
  hold_to_saying(Bound::stale, settings, full);
  hold_to_saying(Bound::stale, settings, reduced);
  settings = unbounded();
  settings.bounds.most_insertions = 0;
  hold_to_saying(Bound::insertions, settings, full);
  hold_to_saying(Bound::insertions, settings, reduced);
  settings = unbounded();
  settings.bounds.weak_failures = 0;
  hold_to_saying(Bound::weak_failures, settings, reduced);
  hold_to_saying(Bound::preemptions, unbounded(), [] { return std::make_unique<DepthFirst>(0, 0); });
}

}  // namespace
}  // namespace shmlab::explore
