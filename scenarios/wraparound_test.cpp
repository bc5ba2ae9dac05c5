#include "scenarios/wraparound.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "scenarios/testing/fake_channel.hpp"
#include "scenarios/testing/fake_snapshot.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::wraparound {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnChannel = Rig<Wraparound, Face::channel, FakeChannel>;
using OnSnapshot = Rig<Wraparound, Face::snapshot, FakeSnapshot>;
using Params = Wraparound::Params;

TEST(Wraparound, StartsNextToTheEnds) {
  const auto first = [](std::uint64_t end, std::uint64_t distance) {
    return Wraparound::config({.end = end, .distance = distance}, Face::channel).first_sequence;
  };
  EXPECT_EQ(first(0, 0), 0x1'0000'0000U);
  EXPECT_EQ(first(0, 1), 0xFFFF'FFFFU);
  EXPECT_EQ(first(1, 2), 0x7FFF'FFFF'FFFF'FFFEU);
  EXPECT_EQ(first(2, 0), 0U);
  EXPECT_EQ(first(2, 8), 0xFFFF'FFFF'FFFF'FFF8U);
}

TEST(Wraparound, StreamsThroughACorrectChannel) {
  for (const std::uint64_t in_place : {0U, 1U}) {
    for (const std::uint64_t operations : {1U, 2U, 3U, 100U}) {
      OnChannel rig({.operations = operations, .payload_bytes = 8, .capacity = 2, .in_place = in_place});
      rig.states()[0].capacity = 2;
      const Report report = rig.run();
      EXPECT_EQ(report.findings(), "");
      EXPECT_TRUE(report.judgement.is_ok());
      EXPECT_EQ(report.outcomes[1].operations, operations);
    }
  }
}

TEST(Wraparound, ReadsACorrectSnapshot) {
  for (const std::uint64_t operations : {1U, 2U, 3U, 100U}) {
    OnSnapshot rig({.operations = operations, .payload_bytes = 64});
    const Report report = rig.run();
    EXPECT_EQ(report.findings(), "");
    EXPECT_TRUE(report.judgement.is_ok());
  }
}

TEST(Wraparound, CatchesAWrongMessage) {
  const auto with = [](FakeChannel::Fault fault, std::uint64_t faulty) {
    OnChannel rig({.operations = 20, .payload_bytes = 8, .capacity = 30});
    rig.states()[0].fault = fault;
    rig.states()[0].faulty = faulty;
    return rig.run();
  };
  EXPECT_EQ(with(FakeChannel::Fault::drop, 5).findings(), "message 6 of producer 0 comes when 5 is due; ");
  EXPECT_EQ(with(FakeChannel::Fault::duplicate, 5).findings(), "message 5 of producer 0 comes after its message 5; ");
  EXPECT_EQ(with(FakeChannel::Fault::duplicate, 20).findings(), "a message comes after the last one; ");
  EXPECT_TRUE(with(FakeChannel::Fault::drop, 20).stranded) << "the last one never comes";
}

TEST(Wraparound, CatchesAWrongSnapshot) {
  for (const auto fault : {FakeSnapshot::Fault::torn, FakeSnapshot::Fault::old}) {
    OnSnapshot rig({.operations = 20, .payload_bytes = 64});
    rig.states()[0].reads_between_publishes = 2;
    rig.states()[0].fault = fault;
    EXPECT_NE(rig.run().findings(), "");
  }
}

TEST(Wraparound, CatchesAValueThatNobodyPublished) {
  OnSnapshot rig({.operations = 3, .payload_bytes = 8});
  rig.states()[0].latest.resize(8);
  check::fill(rig.states()[0].latest, 9);
  EXPECT_EQ(rig.run({1}).findings(), "the version read is 9, expected 3; ");
}

TEST(Wraparound, TheJudgeWantsAllGiven) {
  const Wraparound::Shared<HookedEnv> shared{};
  EXPECT_TRUE(Wraparound::judge<HookedEnv>({.operations = 4}, shared, finished({4, 4})).is_ok());
  EXPECT_EQ(Wraparound::judge<HookedEnv>({.operations = 4}, shared, finished({3, 4})).why,
            "messages or values given is 3, expected 4");
}

}  // namespace
}  // namespace shmlab::scenarios::wraparound
