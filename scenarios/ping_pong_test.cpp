#include "scenarios/ping_pong.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "scenarios/testing/fake_channel.hpp"
#include "scenarios/testing/fake_lock.hpp"
#include "scenarios/testing/fake_signal.hpp"
#include "scenarios/testing/fake_snapshot.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::ping_pong {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnChannel = Rig<PingPong, Face::channel, FakeChannel>;
using OnSignal = Rig<PingPong, Face::signal, FakeSignal>;
using OnSnapshot = Rig<PingPong, Face::snapshot, FakeSnapshot>;
using OnLock = Rig<PingPong, Face::exclusive, FakeLock>;
using Params = PingPong::Params;

constexpr std::uint64_t payloads[] = {8, 9, 16, 24, 65, 1024};

template <class OnFake>
class PingPongAlternates : public ::testing::Test {};
using AllFaces = ::testing::Types<OnChannel, OnSignal, OnSnapshot, OnLock>;
TYPED_TEST_SUITE(PingPongAlternates, AllFaces);

TYPED_TEST(PingPongAlternates, OnACorrectStrategy) {
  for (const std::uint64_t bytes : payloads) {
    TypeParam rig(Params{.operations = 50, .payload_bytes = bytes});
    rig.record_times();
    const Report report = rig.run();
    EXPECT_EQ(report.findings(), "");
    EXPECT_TRUE(report.judgement.is_ok());
    EXPECT_EQ(report.outcomes[0].operations, 50U);
    EXPECT_EQ(report.outcomes[1].operations, 50U);
    EXPECT_EQ(report.histograms[0][0].count(), 50U) << "one sample a round";
    EXPECT_EQ(report.histograms[1][0].count(), 0U);
  }
}

TYPED_TEST(PingPongAlternates, UntilToldToStop) {
  for (const int ms : {0, 20}) {
    TypeParam rig(Params{});
    EXPECT_TRUE(rig.run_until_stopped(std::chrono::milliseconds(ms)).judgement.is_ok());
  }
}

/// Findings with a channel that does something wrong with message 5, there or back.
std::string with(FakeChannel::Fault fault, PingPong::Way way, std::uint64_t bytes) {
  OnChannel rig(Params{.operations = 20, .payload_bytes = bytes});
  rig.states()[way].fault = fault;
  rig.states()[way].faulty = 5;
  return rig.run().findings();
}

TEST(PingPong, CatchesAWrongMessageOnEitherWay) {
  for (const std::uint64_t bytes : payloads) {
    for (const auto way : {PingPong::there, PingPong::back}) {
      EXPECT_NE(with(FakeChannel::Fault::corrupt, way, bytes), "") << bytes;
      EXPECT_NE(with(FakeChannel::Fault::blank, way, bytes).find("is blank"), std::string::npos) << bytes;
      EXPECT_NE(with(FakeChannel::Fault::duplicate, way, bytes).find("has version"), std::string::npos) << bytes;
    }
  }
}

TEST(PingPong, CatchesATornSnapshot) {
  for (const std::uint64_t bytes : payloads) {
    for (const auto way : {PingPong::there, PingPong::back}) {
      OnSnapshot rig(Params{.operations = 20, .payload_bytes = bytes});
      rig.states()[way].fault = FakeSnapshot::Fault::torn;
      EXPECT_NE(rig.run().findings(), "") << bytes;
    }
  }
}

TEST(PingPong, CatchesASignalThatDoesNotWait) {
  OnSignal rig(Params{.operations = 20, .payload_bytes = 8});
  rig.states()[PingPong::back].waits = false;
  EXPECT_EQ(rig.run({PingPong::role_ping}).findings(), "the payload received is blank, expected version 2; ");
}

/// Findings of ping alone, with something happening under the lock when it takes it the n-th time.
std::string under_the_lock(std::uint64_t when, const std::function<void(OnLock&)>& what) {
  OnLock rig(Params{.operations = 20, .payload_bytes = 64});
  rig.states()[0].after_lock = [&](std::uint64_t n) {
    if (n == when) { what(rig); }
    return Acquired::clean;
  };
  return rig.run({PingPong::role_ping}).findings();
}

TEST(PingPong, CatchesATurnThatMovesByItself) {
  EXPECT_EQ(under_the_lock(1, [](OnLock& rig) { rig.shared().turn.set(PingPong::Turn::pong); }),
            "the turn went to the other by itself; ");
  EXPECT_EQ(under_the_lock(2, [](OnLock& rig) { rig.shared().turn.set(PingPong::Turn::ping); }),
            "the payload received is blank, expected version 2; ");
}

TEST(PingPong, CatchesAnAnswerWrittenByHalf) {
  const std::string why = under_the_lock(2, [](OnLock& rig) {
    const std::span<std::byte> answer(rig.shared().slots[PingPong::back].payload);
    check::fill(answer.first(64), 2);
    answer[40] = answer[41] = std::byte{0};
    rig.shared().turn.set(PingPong::Turn::ping);
  });
  EXPECT_EQ(why, "the payload received is not whole: version 2, byte 40 of 64 is wrong; ");
}

TEST(PingPong, CatchesADeathThatNobodyDied) {
  for (const Acquired answer : {Acquired::owner_died, Acquired::not_recoverable}) {
    for (const std::uint64_t when : {1U, 2U}) {
      OnLock rig(Params{.operations = 20, .payload_bytes = 8});
      rig.states()[0].after_lock = [&](std::uint64_t n) { return n == when ? answer : Acquired::clean; };
      EXPECT_EQ(rig.run({PingPong::role_ping}).findings(), check::nobody_died(answer) + "; ");
    }
  }
}

TEST(PingPong, TheJudgeWantsAnAnswerToEveryRound) {
  const PingPong::Shared<HookedEnv> shared{};
  EXPECT_TRUE(PingPong::judge<HookedEnv>({}, shared, finished({7, 7})).is_ok());
  EXPECT_EQ(PingPong::judge<HookedEnv>({}, shared, finished({7, 6})).why, "rounds answered by pong is 6, expected 7");
}

}  // namespace
}  // namespace shmlab::scenarios::ping_pong
