#include "scenarios/uncontended.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "scenarios/testing/fake_channel.hpp"
#include "scenarios/testing/fake_lock.hpp"
#include "scenarios/testing/fake_signal.hpp"
#include "scenarios/testing/fake_snapshot.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::uncontended {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnLock = Rig<Uncontended, Face::exclusive, FakeLock>;
using OnSignal = Rig<Uncontended, Face::signal, FakeSignal>;
using OnSnapshot = Rig<Uncontended, Face::snapshot, FakeSnapshot>;
using OnChannel = Rig<Uncontended, Face::channel, FakeChannel>;
using Params = Uncontended::Params;

template <class OnFake>
class UncontendedPairs : public ::testing::Test {};
using AllFaces = ::testing::Types<OnLock, OnSignal, OnSnapshot, OnChannel>;
TYPED_TEST_SUITE(UncontendedPairs, AllFaces);

TYPED_TEST(UncontendedPairs, AreDoneExactlyAsOftenAsAsked) {
  for (const std::uint64_t pairs : {1U, 63U, 64U, 65U, 1000U}) {
    for (const bool timed : {false, true}) {
      TypeParam rig(Params{.operations = pairs, .payload_bytes = 100});
      if (timed) { rig.record_times(); }
      const Report report = rig.run();
      EXPECT_EQ(report.findings(), "");
      EXPECT_TRUE(report.judgement.is_ok());
      EXPECT_EQ(report.outcomes[0].operations, pairs);
      EXPECT_EQ(report.histograms[0][0].count(), timed ? pairs : 0);
    }
  }
}

TYPED_TEST(UncontendedPairs, EndWhenToldToStop) {
  TypeParam rig(Params{});
  EXPECT_TRUE(rig.run_until_stopped(std::chrono::milliseconds(5)).judgement.is_ok());
}

TEST(Uncontended, CatchesASnapshotFromBefore) {
  OnSnapshot rig(Params{.operations = 10, .payload_bytes = 64});
  rig.states()[0].fault = FakeSnapshot::Fault::old;
  EXPECT_EQ(rig.run().findings(), "what came back has version 2, expected 1; ");
}

TEST(Uncontended, CatchesATornSnapshot) {
  OnSnapshot rig(Params{.operations = 10, .payload_bytes = 64});
  rig.states()[0].fault = FakeSnapshot::Fault::torn;
  EXPECT_NE(rig.run().findings().find("what came back is not whole"), std::string::npos);
}

TEST(Uncontended, CatchesAWrongMessage) {
  for (const auto fault : {FakeChannel::Fault::corrupt, FakeChannel::Fault::blank, FakeChannel::Fault::duplicate}) {
    OnChannel rig(Params{.operations = 10, .payload_bytes = 64});
    rig.states()[0].fault = fault;
    rig.states()[0].faulty = 3;
    EXPECT_NE(rig.run().findings().find("what came back"), std::string::npos);
  }
}

TEST(Uncontended, CatchesADeathThatNobodyDied) {
  for (const Acquired answer : {Acquired::owner_died, Acquired::not_recoverable}) {
    OnLock rig(Params{.operations = 10, .payload_bytes = 8});
    rig.states()[0].after_lock = [answer](std::uint64_t n) { return n == 3 ? answer : Acquired::clean; };
    EXPECT_EQ(rig.run().findings(), check::nobody_died(answer) + "; ");
  }
}

TEST(Uncontended, TheJudgeComparesTheCounts) {
  Uncontended::Shared<HookedEnv> shared{};
  shared.pairs.set(7);
  EXPECT_TRUE(Uncontended::judge<HookedEnv>({}, shared, finished({7})).is_ok());
  EXPECT_EQ(Uncontended::judge<HookedEnv>({}, shared, finished({8})).why, "pairs counted is 7, expected 8");
}

}  // namespace
}  // namespace shmlab::scenarios::uncontended
