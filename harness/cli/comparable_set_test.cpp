#include "cli/comparable_set.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "contract/error.hpp"

namespace shmlab::cli {
namespace {

ComparisonChoice set_called(const std::string& name) {
  ComparisonChoice choice;
  choice.set = name;
  return choice;
}

std::set<std::string> names_in(const ComparisonChoice& choice) {
  std::set<std::string> names;
  for (const BenchCase& bench : comparable_set(choice).cases) { names.insert(bench.result.name); }
  return names;
}

TEST(ComparableSet, OfAPullRequestIsAFewOfAll) {
  const std::set<std::string> all = names_in(set_called("all"));
  const std::set<std::string> few = names_in(set_called("pull-request"));
  for (const std::string& name : few) { EXPECT_TRUE(all.contains(name)) << name; }
  // Some five seconds each, and as much again for second stages.
  EXPECT_LE(few.size(), 40U);
  for (const char* const kind : {"uncontended/futex_mutex", "contended_counter/ticket_lock", "ping_pong/spsc_ring_slot_sequence",
                                 "stream/spsc_ring", "latest_value/seqlock/write_interval_ns=1000"}) {
    EXPECT_TRUE(few.contains(kind)) << kind;
  }
  EXPECT_FALSE(few.contains("uncontended/flock_lock")) << "the kernel's";
  EXPECT_FALSE(few.contains("stream/mpmc_ring")) << "of no steady pace";
  EXPECT_TRUE(few.contains("ping_pong/mpmc_ring"));
  EXPECT_TRUE(few.contains("uncontended/mpmc_ring"));
  EXPECT_FALSE(few.contains("ping_pong/bounded_buffer_unnamed_semaphore")) << "the kernel's";
}

TEST(ComparableSet, GlobsTakeItsPlace) {
  ComparisonChoice choice;
  choice.globs.strategies = {"flock_lock"};
  const std::set<std::string> chosen = names_in(choice);
  EXPECT_TRUE(chosen.contains("uncontended/flock_lock"));
  EXPECT_TRUE(chosen.contains("contended_counter/flock_lock"));
  EXPECT_FALSE(chosen.contains("uncontended/futex_mutex"));
}

TEST(ComparableSet, ChosenSnapshotsAreReadAtBothRates) {
  ComparisonChoice choice;
  choice.globs.scenarios = {"latest_value"};
  choice.globs.strategies = {"seqlock"};
  EXPECT_EQ(names_in(choice), (std::set<std::string>{"latest_value/seqlock", "latest_value/seqlock/write_interval_ns=1000"}));
  choice.params = {"write_interval_ns=0"};
  EXPECT_EQ(names_in(choice), (std::set<std::string>{"latest_value/seqlock"}));
}

TEST(ComparableSet, AllAreOurs) {
  const std::set<std::string> all = names_in(set_called("all"));
  EXPECT_TRUE(all.contains("contended_counter/futex_mutex"));
  EXPECT_TRUE(all.contains("latest_value/seqlock"));
  EXPECT_TRUE(all.contains("uncontended/flock_lock"));
  EXPECT_FALSE(all.contains("contended_counter/flock_lock")) << "the kernel's";
  EXPECT_FALSE(all.contains("uncontended/boost_interprocess_mutex")) << "a peer";
  EXPECT_FALSE(all.contains("stream/pipe")) << "a baseline";
  EXPECT_FALSE(all.contains("stream/bounded_buffer<futex_mutex>")) << "an adapter";
}

TEST(ComparableSet, WhatHasNoSteadyPaceIsMarked) {
  std::map<std::string, bool> marks;
  for (const BenchCase& bench : comparable_set(set_called("all")).cases) { marks[bench.result.name] = is_unsteady(bench); }
  for (const char* const unsteady : {"contended_counter/futex_mutex", "contended_counter/futex_mutex_spinning",
                                     "stream/mpmc_ring", "ping_pong/bounded_buffer_unnamed_semaphore", "latest_value/seqlock"}) {
    ASSERT_TRUE(marks.contains(unsteady)) << unsteady;
    EXPECT_TRUE(marks[unsteady]) << unsteady;
  }
  // All of the set of a pull request is steady.
  for (const BenchCase& bench : comparable_set(set_called("pull-request")).cases) {
    EXPECT_FALSE(is_unsteady(bench)) << bench.result.name;
  }
}

TEST(ComparableSet, AChosenRateTakesThePlaceOfTheSets) {
  for (const char* const name : {"all", "pull-request"}) {
    ComparisonChoice choice = set_called(name);
    choice.params = {"write_interval_ns=500"};
    const std::set<std::string> names = names_in(choice);
    EXPECT_TRUE(names.contains("latest_value/seqlock/write_interval_ns=500")) << name;
    EXPECT_FALSE(names.contains("latest_value/seqlock/write_interval_ns=1000")) << name;
    EXPECT_FALSE(names.contains("latest_value/seqlock")) << name;
  }
}

TEST(ComparableSet, WhatCannotBeComparedIsSkippedWithItsReason) {
  std::map<std::string, std::string> reasons;
  for (const report::Skipped& skipped : comparable_set(set_called("all")).skipped) {
    reasons[skipped.scenario + "/" + skipped.strategy] = skipped.reason;
  }
  EXPECT_EQ(reasons["parent_child/spsc_ring"], "is one job, which cannot be cut into slices");
  EXPECT_EQ(reasons["sparse_wakeups/spsc_ring"], "keeps to a clock, whatever an operation takes");
  EXPECT_THROW(comparable_set(set_called("some")), BadInput);
}

}  // namespace
}  // namespace shmlab::cli
