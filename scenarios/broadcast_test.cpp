#include "scenarios/broadcast.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <tuple>

#include "scenarios/testing/fake_broadcast.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::broadcast {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnBroadcast = Rig<Broadcast, Face::broadcast, FakeBroadcast>;
using Params = Broadcast::Params;

/// Participants, payload.
class BroadcastOf : public ::testing::TestWithParam<std::tuple<std::uint64_t, std::uint64_t>> {
 public:
  static constexpr std::uint64_t messages = 60;

  static Report run(FakeBroadcast::Fault fault = FakeBroadcast::Fault::none, std::uint64_t faulty = 0) {
    const auto [participants, bytes] = GetParam();
    OnBroadcast rig(Params{.participants = participants, .operations = messages, .payload_bytes = bytes, .capacity = 5});
    rig.states()[0].fault = fault;
    rig.states()[0].faulty = faulty;
    return rig.run();
  }
};

INSTANTIATE_TEST_SUITE_P(Formats, BroadcastOf, ::testing::Combine(::testing::Values(2, 3, 8), ::testing::Values(8, 16, 100)));

TEST_P(BroadcastOf, EverybodyHearsAll) {
  const Report report = run();
  EXPECT_EQ(report.findings(), "");
  EXPECT_TRUE(report.judgement.is_ok());
  for (const Outcome& outcome : report.outcomes) { EXPECT_EQ(outcome.operations, messages); }
}

TEST_P(BroadcastOf, ShowsAMessageThatOneDidNotHear) {
  EXPECT_NE(run(FakeBroadcast::Fault::missed, 40).findings().find("the message heard"), std::string::npos);
}
TEST_P(BroadcastOf, ShowsAMessageThatOneHeardTwice) {
  EXPECT_NE(run(FakeBroadcast::Fault::twice, 40).findings().find("the message heard"), std::string::npos);
}
TEST_P(BroadcastOf, ShowsACorruptMessage) {
  EXPECT_NE(run(FakeBroadcast::Fault::corrupt, 40).findings(), "");
}
TEST_P(BroadcastOf, ShowsThatTheFinalMessageWasMissed) {
  EXPECT_NE(run(FakeBroadcast::Fault::missed, messages).findings(), "");
}

TEST(Broadcast, ShowsAMessageBehindTheLastWord) {
  OnBroadcast rig(Params{.participants = 2, .operations = 10, .payload_bytes = 16, .capacity = 5});
  rig.states()[0].fault = FakeBroadcast::Fault::echo;
  rig.states()[0].faulty = 11;  // the last word
  EXPECT_EQ(rig.run().findings(), "a message comes after the last one; ");
}

TEST(Broadcast, TheJudgeComparesTheCounts) {
  const Broadcast::Shared<HookedEnv> shared{};
  EXPECT_TRUE(Broadcast::judge<HookedEnv>({}, shared, finished({7, 7, 7})).is_ok());
  EXPECT_EQ(Broadcast::judge<HookedEnv>({}, shared, finished({7, 7, 6})).why, "messages heard is 6, expected 7");
}

}  // namespace
}  // namespace shmlab::scenarios::broadcast
