#include "explore/testing/oracle_comparison.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "explore/testing/interleavings.hpp"
#include "explore/testing/random_program.hpp"
#include "explore/testing/rc11_oracle.hpp"
#include "explore/testing/short_orders.hpp"

/// The comparison that judges the explorer is judged itself: by explorers whose faults are known.
namespace shmlab::explore::testing {
namespace {

using namespace short_orders;  // NOLINT(google-build-using-namespace): that is what they are for

constexpr std::uint64_t programs = 1000;

template <class Explorer>
OracleTally tally_of(Explorer&& shown) {
  OracleTally tally;
  for (std::uint64_t seed = 0; seed < programs; ++seed) {
    const LitmusProgram program = random_program(seed);
    tally.add(program, shown(program));
  }
  return tally;
}

OracleTally tally_of_model(const Model& model) {
  return tally_of([&](const LitmusProgram& program) { return rc11_outcomes(program, model); });
}

TEST(OracleComparison, AnExactExplorerIsClean) {
  const OracleTally tally = tally_of_model({.seq_cst = Model::SeqCst::cpp20});
  EXPECT_EQ(tally.programs, programs);
  EXPECT_EQ(tally.forbidden.outcomes + tally.beyond_cpp20.outcomes, 0U) << to_string(tally);
  EXPECT_EQ(tally.missing_percent(), 0.0) << to_string(tally);
}

TEST(OracleComparison, WhatOnlyRc11AllowsIsToldApart) {
  const OracleTally tally = tally_of_model({});
  EXPECT_GT(tally.beyond_cpp20.outcomes, 0U);
  EXPECT_EQ(tally.forbidden.outcomes, 0U) << to_string(tally);
  EXPECT_EQ(tally.missing_percent(), 0.0) << to_string(tally);
}

TEST(OracleComparison, AnExplorerThatIsTooWeakShowsWhatIsForbidden) {
  for (const Model& weak : {Model{.seq_cst = Model::SeqCst::none}, Model{.coherence = false}, Model{.atomicity = false},
                            Model{.no_thin_air = false}}) {
    const OracleTally tally = tally_of_model(weak);
    EXPECT_GT(tally.forbidden.outcomes, 0U);
    EXPECT_NE(tally.forbidden.example, "");
    EXPECT_EQ(tally.missing.outcomes, 0U);
  }
}

TEST(OracleComparison, AnExplorerThatInterleavesMissesMuch) {
  const OracleTally tally = tally_of(interleaving_outcomes);
  EXPECT_EQ(tally.forbidden.outcomes, 0U);
  EXPECT_GT(tally.missing.outcomes, 0U);
  EXPECT_GT(tally.missing_percent(), 1.0);
}

TEST(OracleComparison, WhatNeedsSAgainstExecutionIsToldApart) {
  const OracleTally tally = tally_of_model(Model{.seq_cst_by_execution = true});
  EXPECT_EQ(tally.missing.outcomes, 0U);
  EXPECT_GT(tally.missing_against_execution.outcomes, 0U);
  EXPECT_EQ(tally.forbidden.outcomes, 0U);
}

TEST(OracleComparison, SaysWhichOutcomeOfWhichProgram) {
  const LitmusProgram buffering{.threads = {{store(x, 1, sc), load(y, sc)}, {store(y, 1, sc), load(x, sc)}}};
  OracleTally tally;
  tally.add(buffering, {{.registers = {0, 0}, .memory = {1, 1}}, {.registers = {1, 0}, .memory = {1, 1}}});
  EXPECT_EQ(to_string(tally),
            "1 programs, 3 allowed outcomes, 66.6667 % of them not shown\n"
            "forbidden and shown: 1 outcomes in 1 programs\n"
            "for example\n"
            "P0: x.store(1, seq_cst); r0 = y.load(seq_cst)\nP1: y.store(1, seq_cst); r1 = x.load(seq_cst)\nr0=0 r1=0 x=1 y=1\n"
            "allowed by RC11, forbidden by C++20, and shown: 0 outcomes in 0 programs\n"
            "allowed and not shown: 2 outcomes in 1 programs\n"
            "for example\n"
            "P0: x.store(1, seq_cst); r0 = y.load(seq_cst)\nP1: y.store(1, seq_cst); r1 = x.load(seq_cst)\nr0=0 r1=1 x=1 y=1\n"
            "allowed and not shown, which need S against the order of execution: 0 outcomes in 0 programs\n");
}

}  // namespace
}  // namespace shmlab::explore::testing
