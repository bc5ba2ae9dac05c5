#include "explore/sc_order.hpp"

#include <gtest/gtest.h>

namespace shmlab::explore {
namespace {

TEST(ScOrderTest, RefusesACycle) {
  ScOrder order;
  order.clear();
  const ScNodes a = order.add(ScOrder::past, 0);
  const ScNodes b = order.add(a, 0);
  const ScNodes c = order.add(b, 0);
  EXPECT_TRUE(order.allows(a, c));
  EXPECT_FALSE(order.allows(c, a));
  EXPECT_FALSE(order.allows(b, a));
  EXPECT_FALSE(order.allows(a, a));
}

TEST(ScOrderTest, IsTransitiveThroughWhatIsOrderedLater) {
  ScOrder order;
  order.clear();
  const ScNodes a = order.add(ScOrder::past, 0);
  const ScNodes b = order.add(ScOrder::past, 0);
  const ScNodes c = order.add(ScOrder::past, 0);
  const ScNodes d = order.add(ScOrder::past, 0);
  order.order(a, b);
  order.order(c, d);
  EXPECT_TRUE(order.allows(d, a));
  order.order(b, c);
  EXPECT_FALSE(order.allows(d, a));
  EXPECT_TRUE(order.allows(a, d));
}

TEST(ScOrderTest, AnEventComesBetween) {
  ScOrder order;
  order.clear();
  const ScNodes a = order.add(ScOrder::past, 0);
  const ScNodes c = order.add(ScOrder::past, 0);
  const ScNodes b = order.add(a, c);
  EXPECT_FALSE(order.allows(c, a));
  EXPECT_FALSE(order.allows(b, a));
  EXPECT_FALSE(order.allows(c, b));
}

TEST(ScOrderTest, WhatIsRetiredIsFirstForGood) {
  ScOrder order;
  order.clear();
  ScNodes last = ScOrder::past;
  for (std::size_t i = 1; i < ScOrder::most_nodes; ++i) { last = order.add(last, 0); }
  ASSERT_TRUE(order.is_full());
  const ScNodes retired = order.retire();
  EXPECT_FALSE(order.is_full());
  EXPECT_EQ(retired & last, 0U);
  EXPECT_EQ(retired & ScOrder::past, 0U);
  EXPECT_FALSE(order.allows(last, ScOrder::past));
  const ScNodes next = order.add(ScOrder::past, 0);
  EXPECT_FALSE(order.allows(next, ScOrder::past));
  EXPECT_TRUE(order.allows(next, last));
  EXPECT_TRUE(order.allows(last, next));
}

TEST(ScOrderTest, RetiresThoseThatCanBeFirst) {
  ScOrder order;
  order.clear();
  const ScNodes second = order.add(ScOrder::past, 0);
  const ScNodes first = order.add(ScOrder::past, second);
  const ScNodes retired = order.retire();
  EXPECT_EQ(retired, first);
  EXPECT_FALSE(order.allows(second, ScOrder::past));
}

}  // namespace
}  // namespace shmlab::explore
