#include "measure/allowed_cpus.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sched.h>

#include <algorithm>
#include <map>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "measure/testing/fake_root.hpp"

namespace shmlab::measure {
namespace {

/// Runs in a thread of its own, whose affinity ends with it.
template <class Body>
void in_a_thread(Body body) {
  std::thread(body).join();
}

TEST(AllowedCpus, AreWhereThisThreadRuns) {
  const std::vector<int> cpus = allowed_cpus();
  ASSERT_FALSE(cpus.empty());
  EXPECT_TRUE(std::ranges::is_sorted(cpus));
  EXPECT_NE(std::ranges::find(cpus, sched_getcpu()), cpus.end());
}

TEST(AllowedCpus, PinningLeavesOne) {
  for (const int cpu : allowed_cpus()) {
    in_a_thread([cpu] {
      pin_this_thread(cpu);
      EXPECT_EQ(allowed_cpus(), std::vector{cpu});
      EXPECT_EQ(sched_getcpu(), cpu);
    });
  }
}

TEST(AllowedCpus, PinningToNoCpuFails) {
  for (const int cpu : {-1, 65'535, 1 << 30}) {
    in_a_thread([cpu] {
      try {
        pin_this_thread(cpu);
        FAIL() << "pinned to CPU " << cpu;
      } catch (const std::system_error& error) {
        EXPECT_EQ(error.code(), std::errc::invalid_argument);
        EXPECT_NE(std::string(error.what()).find(std::to_string(cpu)), std::string::npos) << error.what();
      }
    });
  }
}

TEST(AllowedCpus, FilesTellWhatOfTheMaskIsOnline) {
  FakeRoot root;
  root.write("proc/self/status", "Name:\tx\nCpus_allowed:\tff\nCpus_allowed_list:\t1-7\n")
      .write("sys/devices/system/cpu/online", "0-3\n");
  EXPECT_EQ(allowed_cpus(SystemFiles(root.path())), (std::vector{1, 2, 3}));
  EXPECT_EQ(online_cpus(SystemFiles(root.path())), (std::vector{0, 1, 2, 3}));
  const FakeRoot nothing;
  EXPECT_TRUE(allowed_cpus(SystemFiles(nothing.path())).empty());
}

TEST(PlacesOf, ReadsTheTopologyOrTakesACpuForACore) {
  FakeRoot root;
  root.place_cpu(0, 0, 0).place_cpu(1, 0, 0).place_cpu(2, 1, 0).place_cpu(3, -1, -1);
  const auto places = places_of(std::vector{0, 1, 2, 3, 4}, SystemFiles(root.path()));
  std::set<std::pair<int, int>> cores;
  for (const CpuPlace& place : places) { cores.emplace(place.package, place.core); }
  EXPECT_EQ(cores.size(), 4U);
  EXPECT_EQ(places[0].core, places[1].core);
  EXPECT_EQ(places[2].package, 1);
}

TEST(ChooseCpus, TakesCoresBeforeSiblings) {
  // Siblings side by side, as some machines number them: 0 and 1 share a core, 2 and 3 another.
  const std::vector<CpuPlace> places{{0, 0, 0}, {1, 0, 0}, {2, 0, 1}, {3, 0, 1}};
  EXPECT_EQ(choose_cpus(2, places), (std::vector{0, 2}));
  EXPECT_EQ(choose_cpus(4, places), (std::vector{0, 2, 1, 3}));
  EXPECT_EQ(choose_cpus(6, places), (std::vector{0, 2, 1, 3, 0, 2}));
  EXPECT_TRUE(choose_cpus(0, places).empty());
}

TEST(ChooseCpus, KnowsThatCoreNumbersRepeatInEachPackage) {
  EXPECT_EQ(choose_cpus(3, std::vector<CpuPlace>{{0, 0, 0}, {1, 0, 0}, {2, 1, 0}}), (std::vector{0, 2, 1}));
}

TEST(ChooseCpus, ChoosesAmongTheAllowed) {
  const std::vector<int> allowed = allowed_cpus();
  const std::vector<int> chosen = choose_cpus(allowed.size());
  EXPECT_EQ(std::set<int>(chosen.begin(), chosen.end()), std::set<int>(allowed.begin(), allowed.end()));
}

RC_GTEST_PROP(ChooseCpusProperty, SpreadsEvenly, ()) {
  const auto cores = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6)));
  std::vector<CpuPlace> places;
  places.reserve(cores.size());
  for (std::size_t cpu = 0; cpu < cores.size(); ++cpu) { places.push_back({static_cast<int>(cpu), 0, cores[cpu]}); }
  const auto count = *rc::gen::inRange<std::size_t>(0, 40);
  const auto chosen = choose_cpus(count, places);
  RC_ASSERT(chosen.size() == count);
  std::map<int, std::size_t> uses;
  std::set<int> used_cores;
  for (const int cpu : chosen) {
    ++uses[cpu];
    used_cores.insert(cores[static_cast<std::size_t>(cpu)]);
  }
  const std::set<int> all_cores(cores.begin(), cores.end());
  RC_ASSERT(used_cores.size() == std::min(count, all_cores.size()));
  RC_ASSERT(uses.size() == std::min(count, cores.size()));
  for (const auto& [cpu, times] : uses) { RC_ASSERT(times <= count / cores.size() + 1); }
}

}  // namespace
}  // namespace shmlab::measure
