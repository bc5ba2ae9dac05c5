#include "check/sequence_check.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <vector>

namespace shmlab::check {
namespace {

std::vector<SequenceFault> faults(const std::vector<std::uint64_t>& numbers) {
  SequenceCheck check(1);
  std::vector<SequenceFault> result;
  std::transform(numbers.begin(), numbers.end(), std::back_inserter(result),
                 [&](std::uint64_t number) { return check.next(number); });
  return result;
}

using enum SequenceFault;
using Faults = std::vector<SequenceFault>;

TEST(SequenceCheck, AcceptsWhatIsInOrder) {
  EXPECT_EQ(faults({1, 2, 3, 4}), (Faults{none, none, none, none}));
  SequenceCheck check(1);
  EXPECT_EQ(check.next(1), none);
  EXPECT_EQ(check.expected(), 2U);
  EXPECT_TRUE(check.why().empty());
}

TEST(SequenceCheck, NamesALoss) {
  EXPECT_EQ(faults({1, 2, 4, 5}), (Faults{none, none, lost, none}));
}

TEST(SequenceCheck, NamesADuplicate) {
  EXPECT_EQ(faults({1, 2, 2, 3}), (Faults{none, none, duplicated, none}));
  EXPECT_EQ(faults({1, 2, 3, 1}), (Faults{none, none, none, duplicated}));
}

TEST(SequenceCheck, NamesTheLateOneOfAReordering) {
  EXPECT_EQ(faults({1, 3, 2, 4}), (Faults{none, lost, reordered, none}));
  EXPECT_EQ(faults({5, 3, 1, 4, 2, 6}), (Faults{lost, reordered, reordered, reordered, reordered, none}));
}

TEST(SequenceCheck, ALateOneThatComesTwiceIsADuplicate) {
  EXPECT_EQ(faults({3, 2, 2}), (Faults{lost, reordered, duplicated}));
}

TEST(SequenceCheck, NamesWhatNoProducerSent) {
  EXPECT_EQ(faults({1, 0, 2}), (Faults{none, corrupt, none}));
  EXPECT_EQ(faults({1, std::uint64_t{1} << 60U, 2}), (Faults{none, corrupt, none}));
}

TEST(SequenceCheck, GoesOnFromTheMiddle) {
  SequenceCheck check(1, 10);
  EXPECT_EQ(check.next(10), none);
  EXPECT_EQ(check.next(9), duplicated);
  EXPECT_EQ(check.next(0), corrupt);
}

TEST(SequenceCheck, SaysWhyInOneLine) {
  SequenceCheck check(1);
  (void)check.next(3);
  EXPECT_EQ(check.why(), "message 3 shows a loss: expected 1");
  (void)check.next(3);
  EXPECT_EQ(check.why(), "message 3 is duplicated: expected 4");
}

RC_GTEST_PROP(SequenceCheck, AnyOtherOrderOfTheNumbersIsAFault, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(1, 50);
  std::vector<std::uint64_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 1U);
  const auto in_order = numbers;
  for (std::size_t swaps = *rc::gen::inRange<std::size_t>(0, 5); swaps > 0; --swaps) {
    std::swap(numbers[*rc::gen::inRange<std::size_t>(0, count)], numbers[*rc::gen::inRange<std::size_t>(0, count)]);
  }
  const Faults found = faults(numbers);
  const bool clean = std::all_of(found.begin(), found.end(), [](SequenceFault fault) { return fault == none; });
  RC_ASSERT(clean == (numbers == in_order));
  RC_ASSERT(std::count(found.begin(), found.end(), duplicated) == 0);
  RC_ASSERT(std::count(found.begin(), found.end(), corrupt) == 0);
}

}  // namespace
}  // namespace shmlab::check
