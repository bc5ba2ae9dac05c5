#include "scenarios/stream.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <tuple>

#include "measure/clock.hpp"
#include "scenarios/testing/fake_channel.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::stream {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnChannel = Rig<Stream, Face::channel, FakeChannel>;

using InBulk = Rig<Stream, Face::bulk_channel, FakeChannel>;

/// How the messages are moved.
struct Calls {
  std::uint64_t in_place;
  std::uint64_t bulk;
};

/// Payload, calls, timed.
class StreamOf : public ::testing::TestWithParam<std::tuple<std::uint64_t, Calls, bool>> {
 public:
  static constexpr std::uint64_t messages = 150;

  static Report run(FakeChannel::Fault fault = FakeChannel::Fault::none, std::uint64_t faulty = 0) {
    return std::get<1>(GetParam()).bulk > 1 ? run_on<InBulk>(fault, faulty) : run_on<OnChannel>(fault, faulty);
  }
  template <class On>
  static Report run_on(FakeChannel::Fault fault, std::uint64_t faulty) {
    const auto [bytes, calls, timed] = GetParam();
    On rig({.operations = messages, .payload_bytes = bytes, .capacity = 5, .in_place = calls.in_place, .bulk = calls.bulk});
    if (timed) { rig.record_times(); }
    FakeChannel::State& channel = rig.states()[0];
    channel.payload_bytes = bytes;
    channel.capacity = rig.config().capacity;
    channel.fault = fault;
    channel.faulty = faulty;
    return rig.run();
  }
  /// Whether the number of a message is its stamp, which shows fewer kinds of fault at once.
  static bool stamp_is_number() { return std::get<2>(GetParam()) && std::get<0>(GetParam()) < check::pattern::least_tagged; }
};

INSTANTIATE_TEST_SUITE_P(Formats, StreamOf,
                         ::testing::Combine(::testing::Values(8, 9, 13, 16, 23, 24, 64, 4096),
                                            ::testing::Values(Calls{0, 1}, Calls{1, 1}, Calls{0, 2}, Calls{0, 64}),
                                            ::testing::Bool()));

TEST_P(StreamOf, ArrivesWholeAndInOrder) {
  const Report report = run();
  EXPECT_EQ(report.findings(), "");
  EXPECT_TRUE(report.judgement.is_ok());
  EXPECT_EQ(report.outcomes[0].operations, messages);
  EXPECT_EQ(report.outcomes[1].operations, messages);
  EXPECT_EQ(report.histograms[1][0].count(), std::get<2>(GetParam()) ? messages : 0);
}

TEST_P(StreamOf, ShowsALostMessage) {
  const std::string why = run(FakeChannel::Fault::drop, 70).findings();
  EXPECT_EQ(why, stamp_is_number() ? "messages received is 149, expected 150" : "message 71 shows a loss: expected 70; ");
}

TEST_P(StreamOf, ShowsThatTheFinalMessageWasLost) {
  EXPECT_EQ(run(FakeChannel::Fault::drop, messages).findings(), "messages received is 149, expected 150");
}

TEST_P(StreamOf, ShowsAMessageThatComesTwice) {
  const std::string why = run(FakeChannel::Fault::duplicate, 70).findings();
  EXPECT_NE(why.find(stamp_is_number() ? "went back" : "message 70 is duplicated"), std::string::npos) << why;
}

TEST_P(StreamOf, ShowsAMessageOvertakenByTheNext) {
  const std::string why = run(FakeChannel::Fault::overtaken, 70).findings();
  EXPECT_NE(why.find(stamp_is_number() ? "went back" : "message 71 shows a loss: expected 70"), std::string::npos) << why;
}

TEST_P(StreamOf, ShowsACorruptMessage) {
  const std::string why = run(FakeChannel::Fault::corrupt, 70).findings();
  const bool has_check_bytes = std::get<0>(GetParam()) > 8;
  const std::string expected = has_check_bytes ? "is not whole" : (stamp_is_number() ? "went back" : "is corrupt");
  EXPECT_NE(why.find(expected), std::string::npos) << why;
}

TEST_P(StreamOf, ShowsABlankMessage) {
  EXPECT_NE(run(FakeChannel::Fault::blank, 70).findings(), "");
}

TEST_P(StreamOf, ShowsAMessageBehindTheLastWord) {
  EXPECT_EQ(run(FakeChannel::Fault::duplicate, messages + 1).findings(), "a message comes after the last one; ");
}

TEST(Stream, LooksAtEveryMessagesNumberAndAtSomeMessagesAsAWhole) {
  constexpr std::uint64_t messages = 100;
  const auto findings = [](FakeChannel::Fault fault, std::uint64_t faulty, std::uint64_t in_place) {
    OnChannel rig({.operations = messages, .payload_bytes = 64, .capacity = 5, .in_place = in_place, .check_every = 10});
    rig.states()[0].payload_bytes = 64;
    rig.states()[0].capacity = 5;
    rig.states()[0].fault = fault;
    rig.states()[0].faulty = faulty;
    return rig.run().findings();
  };
  for (const std::uint64_t in_place : {0U, 1U}) {
    EXPECT_EQ(findings(FakeChannel::Fault::none, 0, in_place), "");
    EXPECT_NE(findings(FakeChannel::Fault::corrupt, 51, in_place), "") << "the first of ten";
    EXPECT_EQ(findings(FakeChannel::Fault::corrupt, 52, in_place), "") << "another one: its last byte is not looked at";
    for (const std::uint64_t number : {51U, 52U}) {
      EXPECT_NE(findings(FakeChannel::Fault::drop, number, in_place), "");
      EXPECT_NE(findings(FakeChannel::Fault::duplicate, number, in_place), "");
      EXPECT_NE(findings(FakeChannel::Fault::overtaken, number, in_place), "");
      EXPECT_NE(findings(FakeChannel::Fault::blank, number, in_place), "");
    }
  }
}

TEST(Stream, SaysWhoDoesNotFitInBulk) {
  EXPECT_EQ(Stream::misfit({.bulk = 1}, Face::channel), "");
  EXPECT_EQ(Stream::misfit({.bulk = 2}, Face::channel), "bulk above 1 needs bulk_channel, has channel");
  EXPECT_EQ(Stream::misfit({.bulk = 64}, Face::bulk_channel), "");
  EXPECT_EQ(Stream::misfit({.in_place = 1, .bulk = 1}, Face::bulk_channel), "");
  EXPECT_EQ(Stream::misfit({.in_place = 1, .bulk = 2}, Face::bulk_channel), "bulk above 1 copies, in_place is 1");
}

TEST(Stream, SaysWhatDoesNotFitTogether) {
  EXPECT_EQ(Stream::misfit({.bulk = 2, .arrival_interval_ns = 1}, Face::bulk_channel),
            "bulk above 1 sends several at once, with arrival_interval_ns they come one by one");
  EXPECT_EQ(Stream::misfit({.payload_bytes = 1'048'576, .capacity = 256}, Face::channel), "");
  EXPECT_EQ(Stream::misfit({.payload_bytes = 1'048'576, .capacity = 257}, Face::channel),
            "capacity times payload_bytes is above 256 MiB");
}

TEST(Stream, OfLargeMessagesAChannelHoldsFewerUnlessOneSaysSo) {
  const auto capacity = [](std::uint64_t bytes) {
    return Stream::moderated({.payload_bytes = bytes, .capacity = 1024}).capacity;
  };
  EXPECT_EQ(capacity(8), 1024U);
  EXPECT_EQ(capacity(1024), 1024U);
  EXPECT_EQ(capacity(4096), 256U);
  EXPECT_EQ(capacity(65'536), 16U);
  EXPECT_EQ(capacity(1'048'576), 4U);
  EXPECT_EQ(Stream::moderated({.payload_bytes = 1'048'576, .capacity = 2}).capacity, 2U);
}

TEST(Stream, TakesTheLargestPayload) {
  for (const std::uint64_t in_place : {0U, 1U}) {
    OnChannel rig({.operations = 5, .payload_bytes = Stream::largest_payload, .capacity = 2, .in_place = in_place});
    rig.states()[0].payload_bytes = Stream::largest_payload;
    rig.states()[0].capacity = 2;
    const Report report = rig.run();
    EXPECT_EQ(report.findings(), "");
    EXPECT_EQ(report.outcomes[1].operations, 5U);
  }
}

/// An open loop of three messages a millisecond apart, timed.
Report open_loop(std::uint64_t bytes, FakeChannel::Fault fault = FakeChannel::Fault::none) {
  OnChannel rig({.operations = 3, .payload_bytes = bytes, .capacity = 4, .arrival_interval_ns = 1'000'000});
  rig.record_times();
  rig.states()[0].payload_bytes = bytes;
  rig.states()[0].capacity = 4;
  rig.states()[0].fault = fault;
  rig.states()[0].faulty = 2;
  return rig.run();
}

TEST(Stream, OpenLoopSendsWhatArrivesWhenItDoes) {
  for (const std::uint64_t bytes : {8U, 64U}) {
    const auto begin = std::chrono::steady_clock::now();
    const Report report = open_loop(bytes);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(3));
    EXPECT_EQ(report.findings(), "");
    EXPECT_EQ(report.histograms[1][0].count(), 3U);
    EXPECT_NE(open_loop(bytes, FakeChannel::Fault::corrupt).findings(), "");
  }
}

TEST(Stream, OpenLoopCountsTheTimeFromTheArrival) {
  // The first send takes until all forty have arrived.
  constexpr std::uint64_t interval = 1'000'000;
  for (const std::uint64_t bytes : {8U, 64U}) {
    OnChannel rig({.operations = 40, .payload_bytes = bytes, .capacity = 64, .arrival_interval_ns = interval});
    rig.record_times();
    rig.states()[0].payload_bytes = bytes;
    rig.states()[0].capacity = 64;
    const std::uint64_t late = measure::Clock::now() + measure::Clock::from_ns(60.0 * interval);
    rig.states()[0].before_send = [late] {
      while (measure::Clock::now() < late) {}
    };
    const Report report = rig.run();
    EXPECT_EQ(report.findings(), "");
    const double longest = measure::Clock::to_ns(report.histograms[1][0].max());
    EXPECT_GE(longest, 50.0 * interval) << "the first arrived nearly sixty intervals before it was sent";
    const double middle = measure::Clock::to_ns(report.histograms[1][0].percentile(0.5));
    EXPECT_GE(middle, 30.0 * interval) << "those that arrived behind it have waited as well";
  }
}

TEST(Stream, EndsWhenToldToStop) {
  for (const int ms : {0, 20}) {
    for (const std::uint64_t in_place : {0U, 1U}) {
      OnChannel rig({.operations = 0, .payload_bytes = 8, .capacity = 16, .in_place = in_place});
      rig.states()[0].capacity = 16;
      EXPECT_TRUE(rig.run_until_stopped(std::chrono::milliseconds(ms)).judgement.is_ok());
    }
    OnChannel open({.operations = 0, .payload_bytes = 8, .capacity = 16, .arrival_interval_ns = 1'000'000});
    open.states()[0].capacity = 16;
    EXPECT_TRUE(open.run_until_stopped(std::chrono::milliseconds(ms)).judgement.is_ok());
  }
}

TEST(Stream, AProducerWithRoomNeverFindsTheChannelFull) {
  for (const std::uint64_t in_place : {0U, 1U}) {
    OnChannel rig({.operations = 10, .payload_bytes = 8, .capacity = 11, .in_place = in_place});
    rig.states()[0].capacity = 11;  // ten messages and the last word
    const Report report = rig.run({role_producer});
    EXPECT_EQ(report.counters[0][count_full], 0U);
    EXPECT_EQ(report.outcomes[0].operations, 10U);
  }
}

TEST(Stream, CountsEncountersWithAFullAndAnEmptyChannel) {
  for (const std::uint64_t in_place : {0U, 1U}) {
    OnChannel rig({.operations = 2000, .payload_bytes = 8, .capacity = 1, .in_place = in_place});
    rig.states()[0].capacity = 1;
    const Report report = rig.run();
    EXPECT_TRUE(report.judgement.is_ok());
    EXPECT_GT(report.counters[0][count_full] + report.counters[1][count_empty], 0U);
    EXPECT_EQ(report.counters[0][count_empty], 0U);
    EXPECT_EQ(report.counters[1][count_full], 0U);
  }
}

TEST(Stream, TheJudgeComparesTheCounts) {
  const Stream::Shared<HookedEnv> shared{};
  EXPECT_TRUE(Stream::judge<HookedEnv>({}, shared, finished({7, 7})).is_ok());
  EXPECT_EQ(Stream::judge<HookedEnv>({}, shared, finished({7, 8})).why, "messages received is 8, expected 7");
}

}  // namespace
}  // namespace shmlab::scenarios::stream
