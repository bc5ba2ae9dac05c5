#include "cli/bench_set.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace shmlab::cli {
namespace {

/// The names of the cases, sorted.
std::vector<std::string> names_of(const BenchSelection& selection) {
  std::vector<std::string> names;
  for (const BenchCase& bench : bench_set(selection).cases) { names.push_back(bench.result.name); }
  std::ranges::sort(names);
  return names;
}

BenchSelection latest_value() {
  BenchSelection selection;
  selection.selection.scenarios = {"latest_value"};
  selection.selection.strategies = {"seqlock"};
  return selection;
}

TEST(BenchSetTest, HasACaseForEachCombinationOfWhatIsSwept) {
  BenchSelection selection = latest_value();
  selection.sweeps = {"participants=2,3", "payload_bytes=64,1024"};
  const std::vector<std::string> expected{"latest_value/seqlock", "latest_value/seqlock/participants=3",
                                          "latest_value/seqlock/participants=3/payload_bytes=1024",
                                          "latest_value/seqlock/payload_bytes=1024"};
  EXPECT_EQ(names_of(selection), expected);
}

TEST(BenchSetTest, AValueThatIsSweptTwiceIsOneCase) {
  BenchSelection selection = latest_value();
  selection.sweeps = {"payload_bytes=64,64"};
  EXPECT_EQ(names_of(selection).size(), 1U);
}

TEST(BenchSetTest, AMatrixSweepsWhatAScenarioHasAsFarAsItAllows) {
  BenchSelection selection = latest_value();
  selection.matrix = true;
  const std::vector<std::string> names = names_of(selection);
  EXPECT_TRUE(std::ranges::find(names, "latest_value/seqlock/participants=4/payload_bytes=65536") != names.end());
  EXPECT_TRUE(std::ranges::find(names, "latest_value/seqlock/participants=4/payload_bytes=1048576") != names.end());
  selection.selection = {};
  selection.selection.scenarios = {"contended_counter"};
  selection.selection.strategies = {"futex_mutex"};
  EXPECT_EQ(names_of(selection).size(), 3U);
}

TEST(BenchSetTest, AScenarioWithoutTheParameterIsMeasuredOnce) {
  BenchSelection selection = latest_value();
  selection.selection.scenarios = {"latest_value", "uncontended"};
  selection.sweeps = {"write_interval_ns=0,1000"};
  const std::vector<std::string> names = names_of(selection);
  EXPECT_EQ(std::ranges::count(names, "uncontended/seqlock"), 1);
  EXPECT_EQ(std::ranges::count_if(names, [](const std::string& name) { return name.starts_with("latest_value"); }), 2);
}

BenchSelection stream_of(std::vector<std::string> strategies) {
  BenchSelection selection;
  selection.selection.scenarios = {"stream"};
  selection.selection.strategies = std::move(strategies);
  return selection;
}

TEST(BenchSetTest, OfLargeMessagesAChannelHoldsFewerUnlessItsCapacityWasChosen) {
  BenchSelection selection = stream_of({"spsc_ring"});
  selection.sweeps = {"payload_bytes=64,1048576"};
  EXPECT_EQ(names_of(selection),
            (std::vector<std::string>{"stream/spsc_ring/payload_bytes=1048576/capacity=4", "stream/spsc_ring/payload_bytes=64"}));
  selection.params = {"capacity=1024"};
  const BenchSet chosen = bench_set(selection);
  ASSERT_EQ(chosen.skipped.size(), 1U);
  EXPECT_EQ(chosen.skipped.front().reason, "capacity times payload_bytes is above 256 MiB");
}

TEST(BenchSetTest, WhoPollsIsMeasuredInEachWayToWait) {
  BenchSelection selection = stream_of({"spsc_ring", "pipe"});
  selection.waiting = {PollPolicy{}, poll_policies[1].policy};
  const BenchSet set = bench_set(selection);
  std::vector<std::string> names;
  for (const BenchCase& bench : set.cases) { names.push_back(bench.result.name); }
  for (const report::Skipped& skipped : set.skipped) { names.push_back(skipped.name); }
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::string>{"stream/pipe", "stream/spsc_ring", "stream/spsc_ring/waiting=none"}));
}

TEST(BenchSetTest, ACrowdSharesItsCpus) {
  BenchSelection selection;
  selection.selection.scenarios = {"contended_counter"};
  selection.selection.strategies = {"futex_mutex"};
  selection.params = {"participants=6"};
  selection.per_cpu = {0, 3, 6};
  const BenchSet set = bench_set(selection);
  ASSERT_EQ(set.cases.size(), 3U);
  EXPECT_EQ(set.cases[1].plan.cpus.size(), 2U);
  EXPECT_EQ(set.cases[2].plan.cpus.size(), 1U);
  EXPECT_EQ(set.cases[2].result.name, "contended_counter/futex_mutex/participants=6/per_cpu=6");
  EXPECT_EQ(set.cases[2].result.participants_per_cpu, 6U);
}

}  // namespace
}  // namespace shmlab::cli
