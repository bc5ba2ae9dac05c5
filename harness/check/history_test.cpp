#include "check/history.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "check/testing/brute_force.hpp"
#include "check/testing/history_format.hpp"
#include "check/testing/history_pairs.hpp"

namespace shmlab::check {
namespace {

using testing::HistoryPair;
using testing::parse_history;

class HistoryPairs : public ::testing::TestWithParam<HistoryPair> {};

TEST_P(HistoryPairs, OneIsAllowed) {
  const auto events = parse_history(GetParam().allowed);
  const HistoryVerdict verdict = check_history(GetParam().model, events, GetParam().limits);
  EXPECT_EQ(verdict.judgement, Judgement::ok) << verdict.why;
  EXPECT_TRUE(verdict.window.empty());
  EXPECT_TRUE(testing::BruteForce(GetParam().model, events, GetParam().limits, true).allows());
}

TEST_P(HistoryPairs, TheOtherIsNot) {
  const auto events = parse_history(GetParam().violated);
  const HistoryVerdict verdict = check_history(GetParam().model, events, GetParam().limits);
  EXPECT_EQ(verdict.judgement, Judgement::violated);
  EXPECT_NE(verdict.why.find(GetParam().why), std::string::npos) << verdict.why << '\n' << window_text(verdict);
  EXPECT_EQ(verdict.why.find('\n'), std::string::npos);
  EXPECT_FALSE(testing::BruteForce(GetParam().model, events, GetParam().limits, true).allows());
  EXPECT_EQ(check_history(GetParam().model, verdict.window, GetParam().limits).judgement, Judgement::violated)
      << window_text(verdict);
}

INSTANTIATE_TEST_SUITE_P(All, HistoryPairs, ::testing::ValuesIn(testing::history_pairs),
                         [](const auto& test) { return std::string(test.param.name); });

/// How many of each model.
TEST(HistoryPairs, CoverEveryModel) {
  std::set<HistoryModel> models;
  for (const HistoryPair& pair : testing::history_pairs) { models.insert(pair.model); }
  EXPECT_EQ(models.size(), 5U);
}

std::string why_of(HistoryModel model, std::string_view text, Judgement expected) {
  const HistoryVerdict verdict = check_history(model, parse_history(text));
  EXPECT_EQ(verdict.judgement, expected) << text;
  return verdict.why;
}

TEST(History, EmptyIsAllowed) {
  for (const auto model :
       {HistoryModel::mutex, HistoryModel::shared_mutex, HistoryModel::semaphore, HistoryModel::snapshot, HistoryModel::queue}) {
    EXPECT_EQ(check_history(model, {}).judgement, Judgement::ok) << to_string(model);
  }
}

TEST(History, MalformedIsUnknown) {
  EXPECT_EQ(why_of(HistoryModel::mutex, "P0 lock 3 2\n", Judgement::unknown), "malformed: P0 ends a lock at 2 that starts at 3");
  EXPECT_EQ(why_of(HistoryModel::mutex, "P0 unlock 4 5\nP0 lock 1 6\n", Judgement::unknown),
            "malformed: P0 starts a unlock at 4 before its lock of 1 has returned");
  EXPECT_EQ(why_of(HistoryModel::queue, "P0 send 1  1 -\nP0 send 2  3 4\n", Judgement::unknown),
            "malformed: P0 starts a send at 3 before its send of 1 has returned");
  EXPECT_EQ(why_of(HistoryModel::semaphore, "P0 lock 1 2\n", Judgement::unknown),
            "malformed: P0 does lock, which a semaphore does not have");
}

TEST(History, OperationsOfOneParticipantMayOverlapByTheSkew) {
  const auto events = parse_history("P0 lock 10 20\nP0 unlock 16 30\nP1 lock 17 40\n");
  EXPECT_EQ(check_history(HistoryModel::mutex, events, {.skew_ticks = 1}).judgement, Judgement::unknown);
  EXPECT_EQ(check_history(HistoryModel::mutex, events, {.skew_ticks = 2}).judgement, Judgement::ok);
}

TEST(History, ValuesSentTwiceAreUnknown) {
  EXPECT_EQ(why_of(HistoryModel::queue, "P0 send 7  1 2\nP1 receive 7  3 4\nP0 send 7  5 6\n", Judgement::unknown),
            "value 7 is sent twice: queues are judged by distinct values");
  EXPECT_EQ(why_of(HistoryModel::queue, "P0 send 7 refused 1 2\nP0 send 7  5 6\n", Judgement::ok), "");
}

TEST(History, TheBudgetEndsInUnknown) {
  std::vector<Event> events;
  for (std::uint32_t i = 0; i < 12; ++i) {  // as many publishes at a time as participants, of two values
    events.push_back({.start = 1, .end = 10, .value = 1 + i % 2, .participant = i, .action = Action::publish});
  }
  events.push_back({.start = 2, .end = 3, .value = 2, .participant = 20, .action = Action::read});
  events.push_back({.start = 11, .end = 12, .value = 3, .participant = 20, .action = Action::read});
  const HistoryVerdict starved = check_history(HistoryModel::snapshot, events, {.most_explored = 50});
  EXPECT_EQ(starved.judgement, Judgement::unknown);
  EXPECT_NE(starved.why.find("not decided within 50 configurations"), std::string::npos) << starved.why;
  const HistoryVerdict enough = check_history(HistoryModel::snapshot, events);
  EXPECT_EQ(enough.judgement, Judgement::violated) << enough.why;
  EXPECT_GT(enough.explored, 50U);
}

TEST(History, MoreThanSixtyFourAtATimeIsUnknownWhereItIsSearched) {
  std::vector<Event> events;
  for (std::uint32_t i = 0; i < 65; ++i) {
    events.push_back({.start = 1, .end = 10, .value = 1 + i, .participant = 1'000'000 + i, .action = Action::publish});
  }
  EXPECT_EQ(check_history(HistoryModel::snapshot, events).judgement, Judgement::ok) << "distinct values need no search";
  events[64].value = 1;
  EXPECT_EQ(check_history(HistoryModel::snapshot, events).why, "more than 64 participants");
}

TEST(History, ALongHistoryShowsAShortWindow) {
  std::vector<Event> events;
  std::uint64_t now = 0;
  for (int i = 0; i < 5000; ++i) {  // two that always overlap, and in the middle they hold it both
    const bool together = i == 2500;
    events.push_back({.start = now + 1, .end = now + 3, .participant = 0, .action = Action::lock});
    events.push_back({.start = now + 5, .end = now + 7, .participant = 0, .action = Action::unlock});
    events.push_back({.start = now + 2, .end = now + (together ? 4 : 8), .participant = 1, .action = Action::lock});
    events.push_back({.start = now + 9, .end = now + 10, .participant = 1, .action = Action::unlock});
    now += 10;
  }
  const HistoryVerdict verdict = check_history(HistoryModel::mutex, events);
  EXPECT_EQ(verdict.judgement, Judgement::violated);
  EXPECT_EQ(window_text(verdict),
            "start    end  P0    P1\n"
            "25001  25003  lock\n"
            "25002  25004        lock\n");
}

TEST(History, ARepeatedValueIsTakenUpWhereOneValueWasLeft) {
  std::vector<Event> events;
  std::uint64_t now = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t value = 1 + static_cast<std::uint64_t>(i) % 2;
    events.push_back({.start = now + 1, .end = now + 3, .value = value, .participant = 0, .action = Action::publish});
    events.push_back(
        {.start = now + 4, .end = now + 6, .value = i == 1500 ? 2 : value, .participant = 1, .action = Action::read});
    now += 6;
  }
  const HistoryVerdict verdict = check_history(HistoryModel::snapshot, events);
  EXPECT_EQ(verdict.judgement, Judgement::violated);
  EXPECT_EQ(window_text(verdict),
            "start   end  P0         P1\n"
            " 9001  9003  publish 1\n"
            " 9004  9006             read 2\n");
}

TEST(History, ASemaphoresWindowBeginsAfterTheLastTimeAllPermitsWereBack) {
  const auto events = parse_history("P0 wait 1 2\nP1 post 3 4\nP0 wait 5 6\nP2 wait 7 8\nP2 wait 9 10\n");
  EXPECT_EQ(window_text(check_history(HistoryModel::semaphore, events, {.permits = 1})),
            "start  end  P0    P2\n"
            "    5    6  wait\n"
            "    7    8        wait\n");
}

TEST(History, TheWindowIsATable) {
  const HistoryVerdict lost = check_history(HistoryModel::queue, parse_history(R"(
P7 send 1  10 20
P7 send 2  30 -
P4 receive 2  50 60
)"));
  EXPECT_EQ(window_text(lost),
            "start  end  P4         P7\n"
            "   10   20             send 1\n"
            "   30  ...             send 2 ...\n"
            "   50   60  receive 2\n");
  EXPECT_EQ(lost.why,
            "value 1 was never received, but 2, sent after it, was (P7 send [10, 20], P7 send [30, ...), P4 receive [50, 60])");
  const HistoryVerdict empty = check_history(HistoryModel::queue, parse_history("P7 send 1  1 2\nP4 receive refused  3 4\n"));
  EXPECT_EQ(window_text(empty),
            "start  end  P4             P7\n"
            "    1    2                 send 1\n"
            "    3    4  receive empty\n");
  EXPECT_EQ(window_text({}), "");
}

}  // namespace
}  // namespace shmlab::check
