#include "scenarios/mpmc_stream.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <tuple>

#include "scenarios/testing/fake_channel.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::mpmc_stream {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnChannel = Rig<MpmcStream, Face::channel, FakeChannel>;
using Params = MpmcStream::Params;

/// Participants, payload, in place.
class MpmcStreamOf : public ::testing::TestWithParam<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> {
 public:
  static Report run(std::uint64_t messages, FakeChannel::Fault fault = FakeChannel::Fault::none, std::uint64_t faulty = 0) {
    const auto [participants, bytes, in_place] = GetParam();
    OnChannel rig(Params{
        .participants = participants, .operations = messages, .payload_bytes = bytes, .capacity = 5, .in_place = in_place});
    FakeChannel::State& channel = rig.states()[0];
    channel.payload_bytes = bytes;
    channel.capacity = rig.config().capacity;
    channel.fault = fault;
    channel.faulty = faulty;
    return rig.run();
  }
};

INSTANTIATE_TEST_SUITE_P(Formats, MpmcStreamOf,
                         ::testing::Combine(::testing::Values(4, 5, 8), ::testing::Values(8, 16, 100), ::testing::Values(0, 1)));

TEST_P(MpmcStreamOf, ArrivesWholeAndInOrder) {
  for (const std::uint64_t messages : {1U, 2U, 3U, 60U}) {
    const Report report = run(messages);
    EXPECT_EQ(report.findings(), "");
    EXPECT_TRUE(report.judgement.is_ok());
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    for (const Outcome& outcome : report.outcomes) {
      (outcome.role == MpmcStream::role_producer ? sent : received) += outcome.operations;
    }
    EXPECT_EQ(received, sent);
  }
}

TEST_P(MpmcStreamOf, ShowsALostMessage) {
  EXPECT_NE(run(60, FakeChannel::Fault::drop, 40).findings(), "");
}
TEST_P(MpmcStreamOf, ShowsAMessageThatComesTwice) {
  EXPECT_NE(run(60, FakeChannel::Fault::duplicate, 40).findings(), "");
}
TEST_P(MpmcStreamOf, ShowsABlankMessage) {
  EXPECT_NE(run(60, FakeChannel::Fault::blank, 40).findings(), "");
}
TEST_P(MpmcStreamOf, ShowsACorruptMessage) {
  EXPECT_NE(run(60, FakeChannel::Fault::corrupt, 40).findings(), "");
}

TEST(MpmcStream, TheJudgeComparesWhatWasSentAndReceived) {
  MpmcStream::Shared<HookedEnv> shared{};
  const Params values{.participants = 4};
  EXPECT_TRUE(MpmcStream::judge<HookedEnv>(values, shared, {}).is_ok());
  check::Tally sent;
  sent.add(7);
  shared.tallies.set(0, sent);
  EXPECT_EQ(MpmcStream::judge<HookedEnv>(values, shared, {}).why, "messages received is 0, expected 1");
  check::Tally received;
  received.add(8);
  shared.tallies.set(3, received);
  EXPECT_EQ(MpmcStream::judge<HookedEnv>(values, shared, {}).why, "the messages received are not the ones sent");
  shared.tallies.set(3, sent);
  EXPECT_TRUE(MpmcStream::judge<HookedEnv>(values, shared, {}).is_ok());
}

}  // namespace
}  // namespace shmlab::scenarios::mpmc_stream
