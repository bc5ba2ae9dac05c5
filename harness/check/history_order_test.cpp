#include "check/history_order.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "check/testing/history_format.hpp"

namespace shmlab::check {
namespace {

/// The endpoints in order: a letter for each operation, in the order of the text; upper case where it returns.
std::string endpoints(std::string_view text) {
  const auto events = testing::parse_history(text);
  HistoryOrder order(events, 0);
  EXPECT_EQ(order.malformed(), "");
  std::string result;
  for (HistoryOrder::Endpoint endpoint{}; order.next(endpoint);) {
    result += static_cast<char>((endpoint.is_return ? 'A' : 'a') + static_cast<int>(endpoint.event));
  }
  return result;
}

TEST(HistoryOrder, IsByStampAndNotByPlace) {
  EXPECT_EQ(endpoints("P1 lock 4 8\nP0 unlock 5 6\nP0 lock 1 2\n"), "cCabBA");
}

TEST(HistoryOrder, IntervalsThatTouchOverlap) {
  EXPECT_EQ(endpoints("P0 lock 1 3\nP1 lock 3 4\n"), "abAB");
}

TEST(HistoryOrder, AParticipantReturnsBeforeItCallsAgain) {
  EXPECT_EQ(endpoints("P0 lock 1 3\nP0 unlock 3 4\n"), "aAbB");
  EXPECT_EQ(endpoints("P0 lock 1 3\nP0 unlock 3 3\nP0 lock 3 9\n"), "aAbBcC");
}

TEST(HistoryOrder, WhatOneKnowsOrdersNobodyElse) {
  // c is called before a returned, and d returns after b was called: both overlap both.
  EXPECT_EQ(endpoints("P0 lock 1 3\nP0 unlock 3 5\nP1 lock 3 6\nP2 lock 2 3\n"), "adcAbDBC");
}

TEST(HistoryOrder, WhereTwoTouchTheSecondIsUnordered) {
  // c was not seen to return before b was called, nor a before d; of the second, d is called before c returned.
  EXPECT_EQ(endpoints("P0 lock 1 3\nP0 unlock 3 5\nP1 lock 2 3\nP1 unlock 3 6\n"), "acdAbCBD");
}

TEST(HistoryOrder, PendingOperationsDoNotReturn) {
  EXPECT_EQ(endpoints("P0 lock 1 -\nP1 lock 2 3\n"), "abB");
}

TEST(HistoryOrder, AnyNumbersOfParticipants) {
  const auto events = testing::parse_history("P4000000000 lock 1 2\nP7 lock 3 4\n");
  HistoryOrder order(events, 0);
  ASSERT_EQ(order.participants(), 2U);
  HistoryOrder::Endpoint endpoint{};
  ASSERT_TRUE(order.next(endpoint));
  EXPECT_EQ(endpoint.event, 0U);
  EXPECT_EQ(endpoint.participant, 1U);
}

}  // namespace
}  // namespace shmlab::check
