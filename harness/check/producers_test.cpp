#include "check/producers.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <initializer_list>
#include <string>

#include "measure/record.hpp"

namespace shmlab::check {
namespace {

class Open : public measure::Gate {
 public:
  bool enter() override { return true; }
  void leave() override {}
};

/// What a consumer of two producers says to these versions.
std::string why(Gaps gaps, std::initializer_list<std::uint64_t> versions) {
  measure::Record record{};
  const std::atomic<std::uint32_t> stop{0};
  Open gate;
  measure::Session session(record, stop, {}, {}, gate);
  ProducerOrder order(2, gaps);
  for (const std::uint64_t version : versions) {
    if (!order.next({.version = version}, 8, session)) { break; }
  }
  return record.violation.data();
}

constexpr std::uint64_t of(std::uint32_t producer, std::uint64_t number) {
  return message_version(producer, number);
}

TEST(MessageVersion, GivesBothBack) {
  for (const std::uint32_t producer : {0U, 1U, 15U}) {
    for (const std::uint64_t number : {0ULL, 1ULL, 255ULL, 256ULL, (1ULL << 56U) - 1}) {
      EXPECT_EQ(producer_in(of(producer, number)), producer);
      EXPECT_EQ(number_in(of(producer, number)), number);
      EXPECT_NE(of(producer, number), 0U);
    }
  }
}

TEST(ProducerOrder, TakesEachProducerInItsOrder) {
  EXPECT_EQ(why(Gaps::none, {of(0, 1), of(1, 1), of(1, 2), of(0, 2)}), "");
  EXPECT_EQ(why(Gaps::allowed, {of(0, 3), of(1, 1), of(1, 9), of(0, 4)}), "");
}

TEST(ProducerOrder, RefusesWhatIsOutOfOrder) {
  EXPECT_EQ(why(Gaps::none, {of(0, 1), of(0, 3)}), "message 3 of producer 0 comes when 2 is due");
  EXPECT_EQ(why(Gaps::none, {of(1, 1), of(1, 1)}), "message 1 of producer 1 comes after its message 1");
  EXPECT_EQ(why(Gaps::allowed, {of(1, 5), of(1, 4)}), "message 4 of producer 1 comes after its message 5");
}

TEST(ProducerOrder, RefusesWhatNobodySent) {
  EXPECT_EQ(why(Gaps::allowed, {of(2, 1)}), "a message has version 259, which nobody sent");
  EXPECT_NE(why(Gaps::allowed, {std::uint64_t{1} << 8U}), "") << "producer -1";
  EXPECT_NE(why(Gaps::allowed, {0}), "") << "blank";
}

TEST(Tally, DependsOnTheMultisetAlone) {
  Tally forwards;
  Tally backwards;
  for (std::uint64_t i = 1; i <= 100; ++i) {
    forwards.add(i);
    backwards.add(101 - i);
  }
  EXPECT_EQ(forwards, backwards);
  Tally moved;  // the same count and the same plain sum
  for (std::uint64_t i = 1; i <= 100; ++i) { moved.add(i == 50 ? 49 : i == 51 ? 52 : i); }
  EXPECT_NE(forwards, moved);
}

TEST(Tally, AddsUp) {
  Tally all;
  Tally part;
  Tally other;
  for (const std::uint64_t version : {1U, 2U}) { part.add(version); }
  other.add(9);
  for (const std::uint64_t version : {9U, 1U, 2U}) { all.add(version); }
  part.add(other);
  EXPECT_EQ(part, all);
}

}  // namespace
}  // namespace shmlab::check
