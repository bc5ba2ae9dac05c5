#include "explore/testing/rc11_oracle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "explore/testing/classic_litmus.hpp"
#include "explore/testing/interleavings.hpp"
#include "explore/testing/random_program.hpp"
#include "explore/testing/short_orders.hpp"

/// The oracle against the literature, and against what is known of its models as a whole.
namespace shmlab::explore::testing {
namespace {

using namespace short_orders;  // NOLINT(google-build-using-namespace): that is what they are for

bool allows(const LitmusProgram& program, const std::string& condition, const Model& model = {}) {
  const auto outcomes = rc11_outcomes(program, model);
  return std::any_of(outcomes.begin(), outcomes.end(), [&](const Outcome& one) { return satisfies(one, condition); });
}

bool includes(const std::set<Outcome>& larger, const std::set<Outcome>& smaller) {
  return std::includes(larger.begin(), larger.end(), smaller.begin(), smaller.end());
}

const ClassicLitmus& classic(const std::string& name) {
  const auto tests = classic_litmus();
  const auto found = std::find_if(tests.begin(), tests.end(), [&](const ClassicLitmus& test) { return test.name == name; });
  if (found == tests.end()) { throw std::invalid_argument("no classic litmus test " + name); }
  return *found;
}

class ClassicOutcome : public ::testing::TestWithParam<ClassicLitmus> {};

TEST_P(ClassicOutcome, IsWhatTheLiteratureSays) {
  const ClassicLitmus& test = GetParam();
  EXPECT_EQ(allows(test.program, test.condition), test.allowed) << to_string(test.program) << test.condition;
}

INSTANTIATE_TEST_SUITE_P(All, ClassicOutcome, ::testing::ValuesIn(classic_litmus().begin(), classic_litmus().end()),
                         [](const auto& test) { return std::string(test.param.name); });

/// Without one axiom, the outcome that it alone forbids is allowed: so each is at work above.
TEST(Rc11Oracle, EachAxiomForbidsSomething) {
  const struct {
    const char* test;
    Model without;
  } controls[] = {
      {"CoRR_back", {.coherence = false}},
      {"CoWW", {.coherence = false}},
      {"RMW_fetch_add_same", {.atomicity = false}},
      {"RMW_both_succeed", {.atomicity = false}},
      {"LB_relaxed", {.no_thin_air = false}},
      {"SB_seq_cst", {.seq_cst = Model::SeqCst::none}},
      {"SB_fences", {.seq_cst = Model::SeqCst::none}},
      {"IRIW_seq_cst", {.seq_cst = Model::SeqCst::none}},
  };
  for (const auto& [name, without] : controls) {
    const ClassicLitmus& test = classic(name);
    EXPECT_FALSE(allows(test.program, test.condition)) << name;
    EXPECT_TRUE(allows(test.program, test.condition, without)) << name;
  }
}

TEST(Rc11Oracle, Cpp11ContinuedReleaseSequencesByStoresOfTheThread) {
  const Model cpp11{.release_sequence = Model::ReleaseSequence::cpp11};
  for (const char* name : {"RS_own_later_store", "RS_update_of_own_later_store"}) {
    const ClassicLitmus& test = classic(name);
    EXPECT_TRUE(allows(test.program, test.condition)) << name;
    EXPECT_FALSE(allows(test.program, test.condition, cpp11)) << name;
  }
  const ClassicLitmus& foreign = classic("RS_store_of_another");
  EXPECT_TRUE(allows(foreign.program, foreign.condition, cpp11));
}

/// [atomics.order] orders two seq_cst loads also by way of a store that is not seq_cst; psc does not.
TEST(Rc11Oracle, Cpp20IsStrongerThanRc11BetweenLoadsOfAWeakStore) {
  const LitmusProgram weak_stores{
      .threads = {{store(x, 1, rlx)}, {store(y, 1, rlx)}, {load(x, sc), load(y, sc)}, {load(y, sc), load(x, sc)}}};
  const char* disagree = "r0=1 r1=0 r2=1 r3=0";
  EXPECT_TRUE(allows(weak_stores, disagree));
  EXPECT_FALSE(allows(weak_stores, disagree, {.seq_cst = Model::SeqCst::cpp20}));
}

/// Otherwise the classic verdicts are those of C++20's order S as well.
TEST(Rc11Oracle, ClassicVerdictsHoldInCpp20) {
  for (const ClassicLitmus& test : classic_litmus()) {
    EXPECT_EQ(allows(test.program, test.condition, {.seq_cst = Model::SeqCst::cpp20}), test.allowed) << test.name;
  }
}

/// A seq_cst store may stand in S behind a weaker access that follows it, and that another thread has seen.
TEST(Rc11Oracle, SomeOutcomesNeedSAgainstTheOrderOfExecution) {
  const LitmusProgram buffered{.threads = {{store(y, 1, sc), store(x, 1, rlx)}, {load(x, sc), load(y, sc)}}};
  for (const auto kind : {Model::SeqCst::rc11, Model::SeqCst::cpp20}) {
    EXPECT_TRUE(allows(buffered, "r0=1 r1=0", {.seq_cst = kind}));
    EXPECT_FALSE(allows(buffered, "r0=1 r1=0", {.seq_cst = kind, .seq_cst_by_execution = true}));
  }
  const ClassicLitmus& overtaken = classic("S_seq_cst_on_x_only");
  EXPECT_FALSE(allows(overtaken.program, overtaken.condition, {.seq_cst_by_execution = true}));
  const ClassicLitmus& free_orders = classic("2_2W_relaxed");
  EXPECT_TRUE(allows(free_orders.program, free_orders.condition, {.seq_cst_by_execution = true}));
}

TEST(Rc11Oracle, ListsWholeOutcomes) {
  const LitmusProgram program{.threads = {{store(x, 1, rlx), compare_exchange(y, 0, 3, rlx, rlx)}, {fetch_add(x, 4, rlx)}}};
  const std::set<Outcome> expected{{.registers = {0, 0}, .memory = {1, 3}}, {.registers = {0, 1}, .memory = {5, 3}}};
  EXPECT_EQ(rc11_outcomes(program), expected);
  EXPECT_EQ(rc11_outcomes({}), (std::set<Outcome>{{}}));
}

TEST(Rc11Oracle, RefusesWhatIsTooLargeOrHasNoMeaning) {
  EXPECT_THROW((void)rc11_outcomes({.threads = {{load(x, rel)}}}), std::invalid_argument);
  EXPECT_THROW((void)rc11_outcomes({.threads = {{store(x, 1, acr)}}}), std::invalid_argument);
  EXPECT_THROW((void)rc11_outcomes({.threads = {{compare_exchange(x, 0, 1, acr, rel)}}}), std::invalid_argument);
  EXPECT_THROW((void)rc11_outcomes({.threads = {{fence(rlx)}}}), std::invalid_argument);
  EXPECT_THROW((void)rc11_outcomes({.threads = {{load(3, acq)}}}), std::invalid_argument);
  EXPECT_THROW((void)rc11_outcomes({.threads = {5, {load(x, acq)}}}), std::invalid_argument);
  EXPECT_THROW((void)rc11_outcomes({.threads = {{15, load(x, acq)}}}), std::invalid_argument);
}

LitmusProgram all_seq_cst(LitmusProgram program) {
  for (auto& thread : program.threads) {
    for (Instruction& instruction : thread) { instruction.order = instruction.failure = sc; }
  }
  return program;
}

constexpr std::uint64_t programs = 3000;

/// Lahav et al., section 4: with seq_cst alone there are interleavings and nothing else. The two are computed in unlike ways.
TEST(Rc11Oracle, SeqCstAloneIsInterleaving) {
  for (std::uint64_t seed = 0; seed < programs; ++seed) {
    const LitmusProgram program = all_seq_cst(random_program(seed));
    const auto expected = interleaving_outcomes(program);
    ASSERT_EQ(rc11_outcomes(program), expected) << to_string(program);
    ASSERT_EQ(rc11_outcomes(program, {.seq_cst = Model::SeqCst::cpp20}), expected) << to_string(program);
    ASSERT_EQ(rc11_outcomes(program, {.seq_cst_by_execution = true}), expected) << to_string(program);
  }
}

/// Interleavings ⊆ S by execution ⊆ RC11, C++20 ⊆ RC11, and so on; each weakening shows in some program.
TEST(Rc11Oracle, WeakerModelsAllowMore) {
  std::size_t beyond_interleavings = 0;
  std::size_t against_execution = 0;
  std::size_t beyond_cpp20 = 0;
  std::size_t beyond_cpp11 = 0;
  for (std::uint64_t seed = 0; seed < programs; ++seed) {
    const LitmusProgram program = random_program(seed);
    const auto rc11 = rc11_outcomes(program);
    const auto by_execution = rc11_outcomes(program, {.seq_cst_by_execution = true});
    const auto cpp20 = rc11_outcomes(program, {.seq_cst = Model::SeqCst::cpp20});
    const auto cpp11 = rc11_outcomes(program, {.release_sequence = Model::ReleaseSequence::cpp11});
    const auto interleavings = interleaving_outcomes(program);
    ASSERT_TRUE(includes(by_execution, interleavings)) << to_string(program);
    ASSERT_TRUE(includes(cpp20, interleavings)) << to_string(program);
    ASSERT_TRUE(includes(rc11, by_execution)) << to_string(program);
    ASSERT_TRUE(includes(rc11, cpp20)) << to_string(program);
    ASSERT_TRUE(includes(rc11, cpp11)) << to_string(program);
    ASSERT_TRUE(includes(rc11_outcomes(program, {.seq_cst = Model::SeqCst::none}), rc11)) << to_string(program);
    beyond_interleavings += rc11.size() > interleavings.size() ? 1 : 0;
    against_execution += rc11.size() > by_execution.size() ? 1 : 0;
    beyond_cpp20 += rc11.size() > cpp20.size() ? 1 : 0;
    beyond_cpp11 += rc11.size() > cpp11.size() ? 1 : 0;
  }
  EXPECT_GT(beyond_interleavings, programs / 3) << "random programs are to show weak behaviour";
  EXPECT_GT(against_execution, 0U);
  EXPECT_GT(beyond_cpp20, 0U);
  EXPECT_GT(beyond_cpp11, 0U);
}

/// Making one operation seq_cst never adds an outcome.
TEST(Rc11Oracle, StrongerOrdersAllowLess) {
  std::size_t changed = 0;
  for (std::uint64_t seed = 0; seed < programs; ++seed) {
    const LitmusProgram weak = random_program(seed);
    LitmusProgram strong = weak;
    auto& thread = strong.threads[seed % strong.threads.size()];
    Instruction& instruction = thread[seed / 7 % thread.size()];
    instruction.order = instruction.failure = sc;
    const auto more = rc11_outcomes(weak);
    const auto fewer = rc11_outcomes(strong);
    ASSERT_TRUE(includes(more, fewer)) << to_string(weak);
    changed += more.size() > fewer.size() ? 1 : 0;
  }
  EXPECT_GT(changed, programs / 50);
}

}  // namespace
}  // namespace shmlab::explore::testing
