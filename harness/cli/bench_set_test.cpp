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
  EXPECT_TRUE(std::ranges::none_of(names, [](const std::string& name) { return name.ends_with("payload_bytes=1048576"); }));
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

}  // namespace
}  // namespace shmlab::cli
