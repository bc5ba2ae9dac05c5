#include "scenarios/exec_attach.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "scenarios/testing/fake_channel.hpp"
#include "scenarios/testing/fake_lock.hpp"
#include "scenarios/testing/fake_shared_lock.hpp"
#include "scenarios/testing/fake_signal.hpp"
#include "scenarios/testing/fake_snapshot.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::exec_attach {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnChannel = Rig<ExecAttach, Face::channel, FakeChannel>;
using OnSignal = Rig<ExecAttach, Face::signal, FakeSignal>;
using OnSnapshot = Rig<ExecAttach, Face::snapshot, FakeSnapshot>;
using OnSharedLock = Rig<ExecAttach, Face::shared_read, FakeSharedLock>;
using OnLock = Rig<ExecAttach, Face::exclusive, FakeLock>;
using Params = ExecAttach::Params;

constexpr Params rounds(std::uint64_t operations, std::uint64_t bytes = 64) {
  return {.operations = operations, .payload_bytes = bytes, .capacity = 2};
}

/// A rig whose fakes have the payload's size.
template <class OnFake>
std::unique_ptr<OnFake> rig_for(const Params& values) {
  auto rig = std::make_unique<OnFake>(values);
  for (auto& state : rig->states()) {
    if constexpr (requires { state.payload_bytes; }) { state.payload_bytes = values.payload_bytes; }
  }
  return rig;
}

template <class OnFake>
class ExecAttachHandsOver : public ::testing::Test {};
using AllFaces = ::testing::Types<OnChannel, OnSignal, OnSnapshot, OnSharedLock, OnLock>;
TYPED_TEST_SUITE(ExecAttachHandsOver, AllFaces);

TYPED_TEST(ExecAttachHandsOver, AndBackOnACorrectStrategy) {
  for (const std::uint64_t operations : {1U, 2U, 3U, 30U}) {
    for (const std::uint64_t bytes : {8U, 13U, 64U, 256U}) {
      const auto rig = rig_for<TypeParam>(rounds(operations, bytes));
      const Report report = rig->run();
      EXPECT_EQ(report.findings(), "");
      EXPECT_TRUE(report.judgement.is_ok());
      for (const Outcome& outcome : report.outcomes) { EXPECT_EQ(outcome.operations, operations); }
    }
  }
}

TEST(ExecAttach, ReadsUnderTheSharedLock) {
  OnSharedLock rig(rounds(5));
  EXPECT_EQ(rig.run().findings(), "");
  EXPECT_GE(rig.states()[0].shared_locks, 10U);
}

TEST(ExecAttach, CatchesAWrongMessageByWhateverCall) {
  for (const auto fault : {FakeChannel::Fault::corrupt, FakeChannel::Fault::blank}) {
    for (std::uint64_t faulty = 1; faulty <= 9; ++faulty) {
      for (const auto way : {ExecAttach::there, ExecAttach::back}) {
        const auto rig = rig_for<OnChannel>(rounds(9));
        rig->states()[way].fault = fault;
        rig->states()[way].faulty = faulty;
        EXPECT_NE(rig->run().findings().find("the payload received"), std::string::npos) << "message " << faulty;
      }
    }
  }
}

TEST(ExecAttach, CatchesATornSnapshot) {
  OnSnapshot rig(rounds(5));
  rig.states()[ExecAttach::back].fault = FakeSnapshot::Fault::torn;
  EXPECT_NE(rig.run().findings().find("the payload received"), std::string::npos);
}

TEST(ExecAttach, CatchesASignalThatDoesNotWait) {
  OnSignal rig(rounds(5));
  rig.states()[ExecAttach::back].waits = false;
  EXPECT_EQ(rig.run({0}).findings(), "the payload received is blank, expected version 2; ");
}

TEST(ExecAttach, CatchesAPayloadThatDidNotArrive) {
  OnLock rig(rounds(5));
  rig.shared().handed_over.set(1);
  EXPECT_EQ(rig.run({1}).findings(), "the payload received is blank, expected version 1; ");
}

TEST(ExecAttach, CatchesATurnThatMovesByItself) {
  OnLock rig(rounds(5));
  rig.shared().handed_over.set(7);
  EXPECT_EQ(rig.run({0}).findings(), "the version handed over before is 7, expected 0; ");
}

TEST(ExecAttach, CatchesADeathThatNobodyDied) {
  OnSharedLock readers(rounds(5));
  readers.states()[0].shared_answer = Acquired::owner_died;
  EXPECT_EQ(readers.run({1}).findings(), check::nobody_died(Acquired::owner_died) + "; ");
  OnLock rig(rounds(5));
  rig.states()[0].after_lock = [](std::uint64_t /*n*/) { return Acquired::not_recoverable; };
  EXPECT_EQ(rig.run({0}).findings(), check::nobody_died(Acquired::not_recoverable) + "; ");
}

TEST(ExecAttach, TheJudgeWantsAllRounds) {
  const ExecAttach::Shared<HookedEnv> shared{};
  EXPECT_TRUE(ExecAttach::judge<HookedEnv>(rounds(4), shared, finished({4, 4})).is_ok());
  EXPECT_EQ(ExecAttach::judge<HookedEnv>(rounds(4), shared, finished({4, 3})).why, "rounds done is 3, expected 4");
}

}  // namespace
}  // namespace shmlab::scenarios::exec_attach
