#include "scenarios/recorded_channel.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

#include "scenarios/testing/fake_channel.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::recorded_channel {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnChannel = Rig<RecordedChannel, Face::channel, FakeChannel>;
using Params = RecordedChannel::Params;

Report run(const Params& values, FakeChannel::Fault fault = FakeChannel::Fault::none, std::uint64_t faulty = 0) {
  OnChannel rig(values);
  FakeChannel::State& channel = rig.states()[0];
  channel.payload_bytes = values.payload_bytes;
  channel.capacity = values.capacity;
  channel.fault = fault;
  channel.faulty = faulty;
  return rig.run();
}

TEST(RecordedChannel, IsLinearizableWhenCorrectAndNobodyWaitsForEver) {
  for (const std::uint64_t operations : {1U, 2U, 3U, 100U}) {
    for (const std::uint64_t program : {0ULL, 1ULL, 77ULL, ~0ULL}) {
      for (const std::uint64_t participants : {2U, 3U, 8U}) {
        const Report report = run({.participants = participants, .operations = operations, .capacity = 2, .program = program});
        EXPECT_EQ(report.findings(), "");
        EXPECT_TRUE(report.judgement.is_ok());
        EXPECT_TRUE(report.history_judgement.is_ok()) << report.history_judgement.why;
      }
    }
  }
}

TEST(RecordedChannel, RecordsRefusedCalls) {
  std::size_t refused = 0;
  for (std::uint64_t program = 0; program < 20; ++program) {
    OnChannel rig({.participants = 2, .operations = 1, .program = program});
    const Report report = rig.run({1});  // nobody sends
    EXPECT_TRUE(report.stranded);
    EXPECT_TRUE(report.history.back().is_pending());
    refused += report.history.size() - 1;
    EXPECT_EQ(report.history.size() == 2, !report.history.front().succeeded);
  }
  EXPECT_GT(refused, 0U);
  EXPECT_LT(refused, 20U) << "some programs wait at once";
}

TEST(RecordedChannel, CatchesAMessageOvertakenByTheNext) {
  EXPECT_EQ(run({.participants = 2, .operations = 60, .capacity = 4, .program = 1}, FakeChannel::Fault::overtaken, 30)
                .history_judgement.judgement,
            Judgement::violated);
}
TEST(RecordedChannel, CatchesAMessageThatComesTwice) {
  EXPECT_EQ(run({.participants = 2, .operations = 60, .capacity = 4, .program = 1}, FakeChannel::Fault::duplicate, 30)
                .history_judgement.judgement,
            Judgement::violated);
}
TEST(RecordedChannel, CatchesAMessageThatNobodySent) {
  EXPECT_EQ(
      run({.participants = 2, .operations = 60, .payload_bytes = 8, .capacity = 4, .program = 1}, FakeChannel::Fault::corrupt, 30)
          .history_judgement.judgement,
      Judgement::violated);
}
TEST(RecordedChannel, CatchesALostMessage) {
  const Report report = run({.participants = 2, .operations = 60, .capacity = 4, .program = 1}, FakeChannel::Fault::drop, 30);
  EXPECT_TRUE(report.stranded) << "the consumer awaits as many as were sent";
  EXPECT_EQ(report.history_judgement.judgement, Judgement::violated);
}
TEST(RecordedChannel, CatchesAMessageThatIsNotWhole) {
  const Report report = run({.participants = 2, .operations = 60, .payload_bytes = 64, .capacity = 4, .program = 1},
                            FakeChannel::Fault::corrupt, 30);
  EXPECT_NE(report.violations[1].find("the message is not whole"), std::string::npos);
}

TEST(RecordedChannel, CatchesAnAnswerFullThoughThereIsRoom) {
  OnChannel rig({.participants = 2, .operations = 60, .capacity = 4, .program = 1});
  rig.states()[0].payload_bytes = 16;
  rig.states()[0].capacity = 1;
  const Report report = rig.run();
  EXPECT_NE(report.history_judgement.why.find("found the queue full"), std::string::npos) << report.history_judgement.why;
}

TEST(RecordedChannel, TheJudgeCountsTheMessages) {
  const RecordedChannel::Shared<HookedEnv> shared{};
  EXPECT_TRUE(RecordedChannel::judge<HookedEnv>({.operations = 7}, shared, finished({7, 7})).is_ok());
  EXPECT_EQ(RecordedChannel::judge<HookedEnv>({.operations = 7}, shared, finished({7, 6})).why,
            "messages received is 6, expected 7");
}

}  // namespace
}  // namespace shmlab::scenarios::recorded_channel
