#include "explore/location.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "explore/memory.hpp"

namespace shmlab::explore {
namespace {

constexpr std::size_t width = View::width(1);

std::vector<std::uint64_t> values(const Location& location) {
  std::vector<std::uint64_t> all;
  for (std::size_t i = 0; i < location.size(); ++i) { all.push_back(location[i].value); }
  return all;
}

TEST(LocationTest, KeepsModificationOrder) {
  Location location;
  location.reset(7, width);
  location.insert(1).value = 9;
  location.insert(1).value = 8;
  location.insert(3).value = 10;
  EXPECT_EQ(values(location), (std::vector<std::uint64_t>{7, 8, 9, 10}));
  for (std::size_t i = 1; i < location.size(); ++i) { EXPECT_LT(location[i - 1].at, location[i].at); }
  for (std::size_t i = 0; i < location.size(); ++i) { EXPECT_EQ(location.position_of(location[i].at), i); }
}

TEST(LocationTest, ForgetsAnExecution) {
  Location location;
  location.reset(7, width);
  location.insert(1).targets = 5;
  location.reset(3, width);
  EXPECT_EQ(values(location), std::vector<std::uint64_t>{3});
  EXPECT_EQ(location.insert(1).targets, 0U);
}

TEST(LocationTest, RespacesWhenNeighboursAreTooClose) {
  Location location(4);
  location.reset(0, width);
  location.insert(1).value = 100;
  std::uint64_t next = 1;
  for (; location.has_room(1); ++next) { location.insert(1).value = next; }
  EXPECT_EQ(next, 3U);  // 4, then 2, then 1
  const auto before = values(location);
  location.respace();
  EXPECT_EQ(values(location), before);
  EXPECT_TRUE(location.has_room(1));
  for (std::size_t i = 0; i < location.size(); ++i) { EXPECT_EQ(location[i].at, location.respaced(i)); }
}

/// Always gives this outcome.
class Always final : public Choices {
 public:
  std::uint32_t outcome = 0;
  std::uint32_t choose(std::uint32_t n) override {
    EXPECT_LT(outcome, n);
    return outcome;
  }
};

/// More stores at one place of a modification order than there are timestamps for: what others have seen stays what it was.
TEST(LocationTest, ViewsStayValidWhenTimestampsAreRespaced) {
  const Bounds bounds;
  Always choices;
  Memory memory(bounds, choices);
  const std::uint32_t x = memory.add(0);
  memory.begin(3);
  constexpr auto relaxed = std::memory_order_relaxed;
  memory.store(1, x, 1000, relaxed, {});
  constexpr std::uint64_t stores = 20;
  constexpr std::uint64_t seen = 5;
  for (std::uint64_t value = 1; value <= stores; ++value) {
    choices.outcome = 1;  // directly behind its own last one, before the 1000
    memory.store(0, x, value, relaxed, {});
    if (value == seen) { EXPECT_EQ(memory.load(2, x, relaxed).value, seen); }
  }
  EXPECT_EQ(memory.location(x).size(), stores + 2);
  EXPECT_EQ(memory.newest(x).value, 1000U);
  choices.outcome = static_cast<std::uint32_t>(stores - seen + 1);  // the oldest that it may read
  EXPECT_EQ(memory.load(2, x, relaxed).value, seen);
  choices.outcome = 1;
  EXPECT_EQ(memory.load(0, x, relaxed).value, stores);
}

}  // namespace
}  // namespace shmlab::explore
