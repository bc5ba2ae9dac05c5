#include "explore/memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "explore/depth_first.hpp"
#include "explore/testing/explored_outcomes.hpp"
#include "explore/testing/short_orders.hpp"

namespace shmlab::explore {
namespace {

using namespace testing::short_orders;  // NOLINT(google-build-using-namespace): that is what they are for
using testing::exchange;
using testing::fence;
using testing::load;
using testing::store;

testing::Explored explored(std::vector<std::vector<testing::Instruction>> threads, const Bounds& bounds = {}) {
  DepthFirst search(DepthFirst::unlimited);
  Settings settings;
  settings.bounds = bounds;
  return testing::explored_outcomes({.threads = std::move(threads)}, search, settings);
}

bool shows(const testing::Explored& found, const std::string& condition) {
  return std::any_of(found.outcomes.begin(), found.outcomes.end(),
                     [&](const testing::Outcome& outcome) { return satisfies(outcome, condition); });
}

TEST(MemoryTest, StoresStandAnywhereBehindWhatWasSeen) {
  const auto found = explored({{store(x, 1, rlx), store(y, 2, rlx)}, {store(y, 1, rlx), store(x, 2, rlx)}});
  EXPECT_TRUE(shows(found, "x=1 y=1"));
  EXPECT_TRUE(found.exploration.met.empty());
}

TEST(MemoryTest, NothingComesBetweenAnUpdateAndWhatItRead) {
  const auto found = explored({{exchange(x, 1, rlx), store(x, 2, rlx)}, {exchange(x, 3, rlx)}, {store(x, 4, rlx)}});
  EXPECT_FALSE(shows(found, "r0=0 r1=0"));
  EXPECT_TRUE(shows(found, "r0=4 r1=1"));
  EXPECT_TRUE(shows(found, "r0=0 r1=4 x=2"));
}

TEST(MemoryTest, SaysWhichBoundItMet) {
  const std::vector<std::vector<testing::Instruction>> message = {{store(x, 1, rlx), store(y, 1, rlx)},
                                                                  {load(y, rlx), load(x, rlx)}};
  EXPECT_TRUE(shows(explored(message), "r0=1 r1=0"));
  Bounds bounds;
  bounds.most_stale = 0;
  const auto fresh = explored(message, bounds);
  EXPECT_FALSE(shows(fresh, "r0=1 r1=0"));
  EXPECT_TRUE(fresh.exploration.met.contains(Bound::stale));
  EXPECT_EQ(describe(fresh.exploration, {.bounds = bounds}), "exhausted, within loads 0 stores back");

  bounds = {};
  bounds.most_insertions = 0;
  const auto in_order = explored({{store(x, 1, rlx), store(y, 2, rlx)}, {store(y, 1, rlx), store(x, 2, rlx)}}, bounds);
  EXPECT_FALSE(shows(in_order, "x=1 y=1"));
  EXPECT_TRUE(in_order.exploration.met.contains(Bound::insertions));
}

/// Chooses the newest always; so many seq_cst events that the oldest are retired again and again.
TEST(MemoryTest, GoesOnWithMoreSeqCstEventsThanItOrders) {
  class Newest final : public Choices {
   public:
    std::uint32_t choose(std::uint32_t /*n*/) override { return 0; }
  };
  const Bounds bounds;
  Newest choices;
  Memory memory(bounds, choices);
  const std::uint32_t a = memory.add(0);
  const std::uint32_t b = memory.add(0);
  memory.begin(2);
  for (std::uint64_t i = 1; i <= 200; ++i) {
    memory.store(0, a, i, sc, {});
    EXPECT_EQ(memory.load(0, b, sc).value, i - 1);
    memory.fence(1, sc);
    EXPECT_EQ(memory.load(1, a, sc).value, i);
    memory.store(1, b, i, sc, {});
  }
  EXPECT_TRUE(memory.met().contains(Bound::seq_cst_events));
}

/// Store buffering after so many seq_cst events that room is made in between, in every order: still forbidden.
TEST(MemoryTest, RetiredEventsKeepTheirOrder) {
  class Counting final : public Choices {
   public:
    std::vector<std::uint32_t> taken;
    std::vector<std::uint32_t> of;
    std::size_t next = 0;
    std::uint32_t choose(std::uint32_t n) override {
      if (next == taken.size()) {
        taken.push_back(0);
        of.push_back(n);
      }
      return taken[next++];
    }
    bool another() {
      next = 0;
      while (!taken.empty() && ++taken.back() == of.back()) {
        taken.pop_back();
        of.pop_back();
      }
      return !taken.empty();
    }
  };
  for (std::uint32_t before = 0; before <= 130; ++before) {
    const Bounds bounds;
    Counting choices;
    Memory memory(bounds, choices);
    const std::uint32_t a = memory.add(0);
    const std::uint32_t b = memory.add(0);
    do {
      memory.begin(2);
      for (std::uint32_t i = 0; i < before; ++i) { memory.fence(i % 2, sc); }
      memory.store(0, a, 1, sc, {});
      memory.store(1, b, 1, sc, {});
      for (std::uint32_t i = 0; i < before; ++i) { memory.fence(i % 2, sc); }
      const std::uint64_t first = memory.load(0, b, sc).value;
      const std::uint64_t second = memory.load(1, a, sc).value;
      EXPECT_NE(first + second, 0U);
    } while (choices.another());
  }
}

}  // namespace
}  // namespace shmlab::explore
