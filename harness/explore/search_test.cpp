#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "env/traced_env.hpp"
#include "explore/depth_first.hpp"
#include "explore/dpor.hpp"
#include "explore/explore.hpp"
#include "explore/random_walks.hpp"
#include "explore/replay.hpp"
#include "explore/testing/explored_outcomes.hpp"
#include "explore/testing/random_program.hpp"
#include "explore/testing/sleepy_program.hpp"
#include "explore/testing/small_programs.hpp"

namespace shmlab::explore {
namespace {

using Env = env::TracedEnv;
using Word = Env::Atomic<std::uint32_t>;
constexpr auto relaxed = std::memory_order_relaxed;

/// Each participant adds one in two steps: only in turns does nobody's get lost.
struct Counter {
  Word count{0};
};
Program split_counter(std::uint32_t participants) {
  const auto add = [](Counter& counter) { counter.count.store(counter.count.load(relaxed) + 1, relaxed); };
  return testing::program_of<Counter>(
      std::vector<std::function<void(Counter&)>>(participants, add), [participants](Counter& counter) {
        return counter.count.load(relaxed) == participants ? Verdict::ok() : Verdict::violated("an increment is lost");
      });
}

/// Of so many random programs.
void expect_reduced_to_show_what_full_shows(std::uint64_t programs) {
  std::uint64_t reduced_executions = 0;
  std::uint64_t full_executions = 0;
  for (std::uint64_t seed = 50'000; seed < 50'000 + programs; ++seed) {
    const auto program = testing::random_program(seed);
    Dpor reduced;
    DepthFirst full(DepthFirst::unlimited);
    const auto some = explored_outcomes(program, reduced);
    const auto all = explored_outcomes(program, full);
    ASSERT_TRUE(some.exploration.is_exhaustive() && all.exploration.is_exhaustive());
    ASSERT_EQ(some.outcomes, all.outcomes) << "seed " << seed << '\n' << to_string(program);
    reduced_executions += some.exploration.executions + some.exploration.redundant;
    full_executions += all.exploration.executions;
  }
  EXPECT_LT(reduced_executions * 10, full_executions);
}
TEST(SearchTest, ReducedShowsWhatFullShows) {
  expect_reduced_to_show_what_full_shows(4'000);
}
TEST(SearchTest, DISABLED_ReducedShowsWhatFullShowsOfMany) {
  expect_reduced_to_show_what_full_shows(40'000);
}

/// Where a bound counts what was stored before, it matters which step comes first.
TEST(SearchTest, ReducedShowsWhatFullShowsWithinBounds) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const auto program = testing::random_program(seed);
    for (const std::uint32_t most : {0U, 1U}) {
      for (const bool bounds_loads : {false, true}) {
        Settings settings;
        (bounds_loads ? settings.bounds.most_stale : settings.bounds.most_insertions) = most;
        Dpor reduced;
        DepthFirst full(DepthFirst::unlimited);
        ASSERT_EQ(explored_outcomes(program, reduced, settings).outcomes, explored_outcomes(program, full, settings).outcomes)
            << "seed " << seed << '\n'
            << to_string(program);
      }
    }
  }
}

/// The same with futexes, waiting loops and weak failures. Where somebody can get stuck, both searches find that.
void expect_reduced_to_show_what_full_shows_of_sleepers(std::uint64_t programs) {
  std::uint64_t stuck = 0;
  for (std::uint64_t seed = 1; seed <= programs; ++seed) {
    const testing::SleepyProgram program(seed);
    Dpor reduced;
    DepthFirst full(DepthFirst::unlimited);
    const auto some = program.explored(reduced);
    const auto all = program.explored(full);
    ASSERT_EQ(some.exploration.verdict.is_ok(), all.exploration.verdict.is_ok()) << "seed " << seed << '\n' << program.text();
    stuck += all.exploration.verdict.is_ok() ? 0 : 1;
    if (all.exploration.verdict.is_ok()) { ASSERT_EQ(some.outcomes, all.outcomes) << "seed " << seed << '\n' << program.text(); }
  }
  EXPECT_GT(stuck, programs / 30);
  EXPECT_LT(stuck, programs * 2 / 3);
}
TEST(SearchTest, ReducedShowsWhatFullShowsOfSleepers) {
  expect_reduced_to_show_what_full_shows_of_sleepers(16'000);
}
TEST(SearchTest, DISABLED_ReducedShowsWhatFullShowsOfManySleepers) {
  expect_reduced_to_show_what_full_shows_of_sleepers(160'000);
}

TEST(SearchTest, FewestPreemptionsComeFirst) {
  Settings settings;
  settings.bounds.most_stale = 0;
  DepthFirst search;
  const auto found = explore(split_counter(2), settings, search);
  EXPECT_EQ(found.verdict.why, "an increment is lost");
  EXPECT_EQ(found.preemptions, 1U);
  EXPECT_EQ(search.bound(), 1U);

  DepthFirst none(0, 0);
  const auto nothing = explore(split_counter(2), settings, none);
  EXPECT_TRUE(nothing.verdict.is_ok());
  EXPECT_TRUE(nothing.is_exhaustive());
  EXPECT_TRUE(nothing.met.contains(Bound::preemptions));
}

TEST(SearchTest, TheBoundGrowsUntilItKeepsFromNothing) {
  const auto program = split_counter(1);
  DepthFirst search;
  EXPECT_TRUE(explore(program, {}, search).met.empty());
  EXPECT_EQ(search.bound(), 0U);

  const auto harmless = testing::program_of<Counter>({[](Counter& counter) { counter.count.fetch_add(1, relaxed); },
                                                      [](Counter& counter) { counter.count.fetch_add(1, relaxed); }});
  DepthFirst two;
  const auto all = explore(harmless, {}, two);
  EXPECT_TRUE(all.is_exhaustive());
  EXPECT_TRUE(all.met.empty());
}

TEST(SearchTest, RandomWalksAndPctFindTheLostIncrement) {
  Settings settings;
  settings.most_executions = 10'000;
  RandomWalk walk(1);
  EXPECT_FALSE(explore(split_counter(3), settings, walk).verdict.is_ok());
  Pct pct(3, 1);
  EXPECT_FALSE(explore(split_counter(3), settings, pct).verdict.is_ok());
  settings.bounds.most_stale = 0;
  Pct serial(1, 1);  // no change of priorities: everybody runs to the end
  EXPECT_TRUE(explore(split_counter(3), settings, serial).verdict.is_ok());
}

TEST(SearchTest, TheSameSeedTakesTheSameWay) {
  const auto choices_of = [](std::uint64_t seed) {
    Pct pct(3, seed);
    return explore(split_counter(3), {}, pct).choices;
  };
  EXPECT_EQ(choices_of(7), choices_of(7));
}

TEST(SearchTest, AReplayRepeatsWhatAnySearchFound) {
  const auto program = split_counter(3);
  const auto check = [&](Search& search) {
    const auto found = explore(program, {}, search);
    ASSERT_FALSE(found.verdict.is_ok());
    EXPECT_EQ(repeat(program, {}, found.choices).verdict.why, found.verdict.why);
  };
  Dpor dpor;
  check(dpor);
  DepthFirst bounded;
  check(bounded);
  RandomWalk walk(3);
  check(walk);
  Pct pct(4, 3);
  check(pct);
}

TEST(SearchTest, BudgetsEndASearchAndSaySo) {
  Settings settings;
  settings.most_executions = 10;
  RandomWalk walk(1);
  const auto spent =
      explore(testing::program_of<Counter>({[](Counter& counter) { counter.count.store(1, relaxed); }}), settings, walk);
  EXPECT_EQ(spent.executions, 10U);
  EXPECT_EQ(describe(spent, settings), "executions used up");
}

/// Together the shards of a search see what it sees, and few executions twice: those of few decisions.
TEST(SearchTest, ShardsShareTheWork) {
  std::set<std::uint32_t> seen;
  const auto add = [](std::uint32_t addend) {
    return [addend](Counter& counter) {
      for (int i = 0; i < 3; ++i) { counter.count.store(counter.count.load(relaxed) + addend, relaxed); }
    };
  };
  const auto program = testing::program_of<Counter>({add(1), add(100)}, [&](Counter& counter) {
    seen.insert(counter.count.load(relaxed));
    return Verdict::ok();
  });
  Settings settings;
  settings.bounds.most_insertions = 0;
  DepthFirst whole(DepthFirst::unlimited);
  const auto all = explore(program, settings, whole);
  const auto by_one = std::exchange(seen, {});
  ASSERT_GT(all.executions, 1000U);
  constexpr std::uint32_t shards = 3;
  std::uint64_t executions = 0;
  for (std::uint32_t i = 0; i < shards; ++i) {
    DepthFirst part(DepthFirst::unlimited, DepthFirst::unlimited, {.index = i, .count = shards});
    const auto some = explore(program, settings, part);
    EXPECT_TRUE(some.is_exhaustive());
    EXPECT_LT(some.executions, all.executions / 2);
    executions += some.executions;
  }
  EXPECT_EQ(seen, by_one);
  EXPECT_GE(executions, all.executions);
  EXPECT_LT(executions, all.executions + all.executions / 10);
}

}  // namespace
}  // namespace shmlab::explore
