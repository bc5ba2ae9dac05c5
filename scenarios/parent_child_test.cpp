#include "scenarios/parent_child.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <type_traits>

#include "scenarios/testing/fake_channel.hpp"
#include "scenarios/testing/fake_lock.hpp"
#include "scenarios/testing/fake_signal.hpp"
#include "scenarios/testing/fake_snapshot.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::parent_child {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnChannel = Rig<ParentChild, Face::channel, FakeChannel>;
using OnSnapshot = Rig<ParentChild, Face::snapshot, FakeSnapshot>;
using OnSignal = Rig<ParentChild, Face::signal, FakeSignal>;
using OnLock = Rig<ParentChild, Face::exclusive, FakeLock>;

template <class OnFake>
class ParentChildDoesTheJob : public ::testing::Test {
 public:
  static void prepare(OnFake& rig) {
    if constexpr (std::is_same_v<OnFake, OnChannel>) { rig.states()[0].payload_bytes = ParentChild::payload_bytes; }
  }
};
using AllFaces = ::testing::Types<OnChannel, OnSnapshot, OnSignal, OnLock>;
TYPED_TEST_SUITE(ParentChildDoesTheJob, AllFaces);

TYPED_TEST(ParentChildDoesTheJob, OnACorrectStrategy) {
  TypeParam rig(ParentChild::Params{});
  this->prepare(rig);
  rig.record_times();
  const Report report = rig.run();
  EXPECT_EQ(report.findings(), "");
  EXPECT_TRUE(report.judgement.is_ok());
  EXPECT_EQ(report.outcomes[0].operations, 1U);
  EXPECT_EQ(report.outcomes[1].operations, 1U);
  EXPECT_EQ(report.histograms[0][0].count(), 0U);
  EXPECT_EQ(report.histograms[1][0].count(), 1U) << "the child takes the time";
}

TYPED_TEST(ParentChildDoesTheJob, EvenIfToldToStopBefore) {
  TypeParam rig(ParentChild::Params{});
  this->prepare(rig);
  rig.stop();
  EXPECT_TRUE(rig.run().judgement.is_ok());
}

TEST(ParentChild, CatchesACorruptMessage) {
  OnChannel rig({});
  rig.states()[0].fault = FakeChannel::Fault::corrupt;
  rig.states()[0].faulty = 1;
  EXPECT_EQ(rig.run().findings(), "what the child read is not whole: version 1, byte 1023 of 1024 is wrong; ");
}

TEST(ParentChild, CatchesABlankMessage) {
  OnChannel rig({});
  rig.states()[0].fault = FakeChannel::Fault::blank;
  rig.states()[0].faulty = 1;
  EXPECT_EQ(rig.run().findings(), "what the child read is blank, expected version 1; ");
}

TEST(ParentChild, CatchesATornSnapshot) {
  OnSnapshot rig({});
  rig.states()[0].fault = FakeSnapshot::Fault::torn;
  rig.states()[0].latest.resize(ParentChild::payload_bytes);  // a blank value that the torn one keeps half of
  EXPECT_NE(rig.run().findings().find("is not whole: version 1"), std::string::npos);
}

TEST(ParentChild, CatchesASignalThatDoesNotWait) {
  OnSignal rig({});
  rig.states()[0].waits = false;
  EXPECT_EQ(rig.run({ParentChild::role_child}).findings(), "what the child read is blank, expected version 1; ");
}

TEST(ParentChild, CatchesBytesWrittenByOthersUnderTheLock) {
  OnLock rig({});
  rig.states()[0].after_lock = [&rig](std::uint64_t /*n*/) {
    if (rig.shared().filled.get()) { rig.shared().payload[100] ^= std::byte{1}; }
    return Acquired::clean;
  };
  EXPECT_EQ(rig.run().findings(), "what the child read is not whole: version 1, byte 100 of 1024 is wrong; ");
}

TEST(ParentChild, CatchesADeathThatNobodyDied) {
  for (const Acquired answer : {Acquired::owner_died, Acquired::not_recoverable}) {
    OnLock rig({});
    rig.states()[0].after_lock = [answer](std::uint64_t /*n*/) { return answer; };
    EXPECT_EQ(rig.run({ParentChild::role_parent}).findings(), check::nobody_died(answer) + "; ");
  }
}

TEST(ParentChild, TheJudgeWantsBothToHaveDoneTheirPart) {
  const ParentChild::Shared<HookedEnv> shared{};
  EXPECT_TRUE(ParentChild::judge<HookedEnv>({}, shared, finished({1, 1})).is_ok());
  EXPECT_EQ(ParentChild::judge<HookedEnv>({}, shared, finished({1, 0})).why, "jobs done by the child is 0, expected 1");
  EXPECT_EQ(ParentChild::judge<HookedEnv>({}, shared, finished({0, 1})).judgement, Judgement::violated);
}

}  // namespace
}  // namespace shmlab::scenarios::parent_child
