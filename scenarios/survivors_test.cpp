#include "scenarios/survivors.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "scenarios/testing/fake_broadcast.hpp"
#include "scenarios/testing/fake_channel.hpp"
#include "scenarios/testing/fake_lock.hpp"
#include "scenarios/testing/fake_shared_lock.hpp"
#include "scenarios/testing/fake_signal.hpp"
#include "scenarios/testing/fake_snapshot.hpp"
#include "scenarios/testing/rig.hpp"
#include "scenarios/testing/sanitizer.hpp"

namespace shmlab::scenarios::survivors {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnChannel = Rig<Survivors, Face::channel, FakeChannel>;
using OnBroadcast = Rig<Survivors, Face::broadcast, FakeBroadcast>;
using OnSnapshot = Rig<Survivors, Face::snapshot, FakeSnapshot>;
using OnSignal = Rig<Survivors, Face::signal, FakeSignal>;
using OnLock = Rig<Survivors, Face::exclusive, FakeLock>;
using OnSharedLock = Rig<Survivors, Face::shared_read, FakeSharedLock>;
using Params = Survivors::Params;

template <class OnFake>
void prepare(OnFake& rig, const Params& values) {
  auto& state = rig.states()[0];
  if constexpr (requires { state.capacity; }) {
    state.payload_bytes = values.payload_bytes;
    state.capacity = values.capacity;
  }
}

template <class OnFake>
Report run(const Params& values) {
  OnFake rig(values);
  prepare(rig, values);
  return rig.run();
}

/// The others go on without the victim, who died before it did anything.
template <class OnFake>
Report run_without_victim(const Params& values) {
  OnFake rig(values);
  prepare(rig, values);
  Survivors::bury(rig.shared(), 0);
  std::vector<std::uint32_t> left;
  for (std::uint32_t i = 1; i < values.participants; ++i) { left.push_back(i); }
  Report report = rig.run(left);
  Outcome dead;
  dead.ending = Ending::died;
  report.outcomes.push_back(dead);
  report.judgement = Survivors::judge<HookedEnv>(values, rig.shared(), report.outcomes);
  return report;
}

template <class OnFake>
class SurvivorsAreHarmless : public ::testing::Test {};
using AllFaces = ::testing::Types<OnChannel, OnBroadcast, OnSnapshot, OnSignal, OnLock, OnSharedLock>;
TYPED_TEST_SUITE(SurvivorsAreHarmless, AllFaces);

TYPED_TEST(SurvivorsAreHarmless, OnACorrectStrategy) {
  for (const std::uint64_t participants : {3U, 4U}) {
    for (const std::uint64_t operations : {1U, 2U, 40U}) {
      for (const std::uint64_t side : {0U, 1U}) {
        for (const std::uint64_t capacity : {1U, 4U}) {
          const Report report =
              run<TypeParam>({.participants = participants, .operations = operations, .side = side, .capacity = capacity});
          EXPECT_EQ(report.findings(), "");
          EXPECT_TRUE(report.judgement.is_ok());
        }
      }
    }
  }
}

TYPED_TEST(SurvivorsAreHarmless, WhenTheVictimIsDead) {
  for (const std::uint64_t participants : {3U, 4U}) {
    for (const std::uint64_t operations : {1U, 3U}) {
      for (const std::uint64_t side : {0U, 1U}) {
        const Report report =
            run_without_victim<TypeParam>({.participants = participants, .operations = operations, .side = side});
        EXPECT_EQ(report.findings(), "");
        EXPECT_TRUE(report.judgement.is_ok());
        EXPECT_FALSE(report.stranded);
      }
    }
  }
}

TEST(Survivors, WhoTakesTheVictimsPlaceAttachesAfterIt) {
  for (const std::uint64_t side : {0U, 1U}) {
    const Params values{.participants = 3, .operations = 5, .side = side};
    OnChannel rig(values);
    prepare(rig, values);
    std::atomic<int> attached{0};
    OnChannel::on_attach = [&](std::uint32_t index) {
      ++attached;
      if (index == 2) { EXPECT_NE(rig.shared().departure.load(std::memory_order_acquire), 0U); }
    };
    EXPECT_EQ(rig.run().findings(), "");
    OnChannel::on_attach = nullptr;
    EXPECT_EQ(attached, 3);
  }
}

TEST(Survivors, WhoTakesADeadListenersPlaceGoesOnBehindIt) {
  const Params values{.participants = 3, .operations = 5, .side = 1};
  OnBroadcast rig(values);
  std::atomic<int> attached{0};
  OnBroadcast::on_attach = [&](std::uint32_t) { ++attached; };
  const Report report = rig.run();
  OnBroadcast::on_attach = nullptr;
  EXPECT_EQ(report.findings(), "");
  EXPECT_EQ(attached, 4) << "victim, partner, and the waiter twice";
  EXPECT_EQ(report.counters[0][counter_cycles], 5U);
  EXPECT_EQ(report.counters[2][counter_cycles], 5U);
  EXPECT_EQ(rig.states()[0].heard, (std::map<std::uint32_t, std::uint64_t>{{0, 10}, {2, 10}}));
}

TEST(Survivors, CatchesListenersWhoHearDifferentMessages) {
  for (const auto fault : {FakeBroadcast::Fault::missed, FakeBroadcast::Fault::twice, FakeBroadcast::Fault::corrupt}) {
    OnBroadcast rig({.participants = 3, .operations = 3, .side = 0});
    rig.states()[0].fault = fault;
    rig.states()[0].faulty = 2;
    EXPECT_NE(rig.run().findings(), "");
  }
}

/// Of three, one reads at a time, and who takes its place comes after it.
TEST(Survivors, ThreePlayASnapshotForOneReader) {
  for (const std::uint64_t side : {0U, 1U}) {
    const Params values{.participants = 3, .operations = 4, .side = side};
    EXPECT_EQ(Survivors::config(values, Face::snapshot).readers, 1U);
    EXPECT_EQ(Survivors::config({.participants = 4, .side = side}, Face::snapshot).readers,
              2U + static_cast<std::uint32_t>(side));
    const Report report = run<OnSnapshot>(values);
    EXPECT_EQ(report.findings(), "");
    for (const auto& counters : report.counters) { EXPECT_EQ(counters[counter_cycles], 4U); }
  }
}

TEST(Survivors, CatchesALockThatLetsTwoIn) {
  if (under_thread_sanitizer) { GTEST_SKIP() << "races on purpose"; }
  std::string found;
  for (int i = 0; i < 1000 && found.empty(); ++i) {
    OnLock rig({.participants = 4, .operations = 1000});
    rig.states()[0].excludes = false;
    found = rig.run().findings();
  }
  EXPECT_NE(found, "");
}

/// A visitor who stays in the middle of the record, while the victim is let in to read it.
TEST(Survivors, CatchesAWriterBesideAReader) {
  OnSharedLock rig({.participants = 3, .operations = 1, .side = 1});
  rig.states()[0].after_lock = [&] {
    measure::Record record;
    std::vector<std::uint32_t> stops;
    OpenGate gate(stops, false);
    const std::atomic<std::uint32_t> stop{0};
    measure::Session session(record, stop, {}, {}, gate);
    HookedEnv::in_pause = [] { throw std::runtime_error("in the middle"); };
    EXPECT_THROW(rig.shared().guarded.pass(1, 1, session), std::runtime_error);
    HookedEnv::in_pause = nullptr;
  };
  EXPECT_EQ(rig.run({0}).findings(), "owner beside a reader is 2, expected 0; ");
}

TEST(Survivors, CatchesWhoIsReportedDeadAndLives) {
  for (const Acquired answer : {Acquired::owner_died, Acquired::not_recoverable}) {
    OnLock rig({.participants = 3, .operations = 1});
    rig.states()[0].after_lock = [&](std::uint64_t number) { return number == 2 ? answer : Acquired::clean; };
    const Report report = rig.run();
    if (answer == Acquired::owner_died) {
      EXPECT_EQ(report.findings(), "somebody was told of a death, and nobody died");
    } else {
      EXPECT_TRUE(report.stranded) << "the fake holds what it says is not held";
    }
  }
}

TEST(Survivors, CountsWhatItIsTold) {
  const Params values{.participants = 3, .operations = 2};
  OnLock rig(values);
  rig.states()[0].after_lock = [](std::uint64_t number) { return number == 1 ? Acquired::owner_died : Acquired::clean; };
  const Report report = rig.run({1, 2});
  EXPECT_EQ(report.findings(), "");
  EXPECT_EQ(report.counters[0][counter_told] + report.counters[1][counter_told], 1U);
  EXPECT_EQ(report.counters[0][counter_repaired] + report.counters[1][counter_repaired], 1U);
  EXPECT_EQ(report.counters[0][counter_cycles], 2U);
}

TEST(Survivors, CatchesPermitsOutOfNothing) {
  OnSignal rig({.participants = 4, .operations = 5, .side = 1});
  rig.states()[0].waits = false;
  rig.states()[0].lost_post = 1;
  EXPECT_EQ(rig.run({0, 1, 3}).findings(), "");
  const std::vector<Outcome> outcomes = finished({5, 5, 0, 5});
  EXPECT_EQ(Survivors::judge<HookedEnv>({}, rig.shared(), outcomes).why, "permits taken is 15, expected 0");
}

TEST(Survivors, CatchesALostPost) {
  const Params values{.participants = 3, .operations = 1, .side = 1};
  OnSignal rig(values);
  rig.states()[0].lost_post = 1;
  EXPECT_TRUE(rig.run().stranded);
}

TEST(Survivors, CatchesTornAndOldValues) {
  for (const auto fault : {FakeSnapshot::Fault::torn, FakeSnapshot::Fault::old}) {
    std::string found;
    for (int i = 0; i < 1000 && found.empty(); ++i) {
      OnSnapshot rig({.participants = 4, .operations = 500, .side = 1});
      rig.states()[0].fault = fault;
      found = rig.run().findings();
    }
    EXPECT_NE(found, "");
  }
}

TEST(Survivors, CatchesALostMessage) {
  for (const std::uint64_t side : {0U, 1U}) {
    const Params values{.participants = 3, .operations = 3, .side = side};
    OnChannel rig(values);
    prepare(rig, values);
    rig.states()[0].fault = FakeChannel::Fault::drop;
    rig.states()[0].faulty = 2;
    EXPECT_NE(rig.run().findings(), "");
  }
}

TEST(Survivors, CatchesAMessageThatIsLostAtTheChangeOfPlaces) {
  const Params values{.participants = 3, .operations = 3, .side = 1};
  OnChannel rig(values);
  prepare(rig, values);
  rig.states()[0].fault = FakeChannel::Fault::drop;
  rig.states()[0].faulty = 4;
  EXPECT_EQ(rig.run().findings(), "the first message in the victim's place is 5, expected 4; ");
}

TEST(Survivors, OfADeathOneMoreMayBeMissing) {
  const Params values{.participants = 3, .operations = 3, .side = 1};
  for (const std::uint64_t lost : {1U, 2U}) {
    OnChannel rig(values);
    prepare(rig, values);
    rig.states()[0].fault = FakeChannel::Fault::drop;
    rig.states()[0].faulty = lost;
    Survivors::bury(rig.shared(), 0);
    EXPECT_EQ(rig.run({1, 2}).findings().empty(), lost == 1);
  }
}

TEST(Survivors, PromisesWhatTheContractSays) {
  const DeathContract contract{.holder = OnDeath::recovers,
                               .waiter = OnDeath::unaffected,
                               .poster = OnDeath::detects,
                               .writer = OnDeath::blocks,
                               .reader = OnDeath::unaffected,
                               .producer = OnDeath::unaffected,
                               .consumer = OnDeath::aborts};
  const auto promised = [&](Face face, std::uint32_t index, Step step) {
    return Survivors::promised(contract, face, {}, index, step);
  };
  EXPECT_EQ(promised(Face::exclusive, 0, step_before), OnDeath::unaffected);
  EXPECT_EQ(promised(Face::exclusive, 0, step_lock), OnDeath::recovers);
  EXPECT_EQ(promised(Face::exclusive, 2, step_inside), OnDeath::recovers);
  EXPECT_EQ(promised(Face::exclusive, 0, step_unlock), OnDeath::recovers);
  EXPECT_EQ(promised(Face::exclusive, 0, step_done), OnDeath::unaffected);
  EXPECT_EQ(promised(Face::shared_read, 0, step_read), OnDeath::unaffected);
  EXPECT_EQ(promised(Face::shared_read, 1, step_inside), OnDeath::recovers);
  EXPECT_EQ(promised(Face::signal, 0, step_post), OnDeath::detects);
  EXPECT_EQ(promised(Face::signal, 1, step_wait), OnDeath::unaffected);
  EXPECT_EQ(promised(Face::signal, 2, step_before), OnDeath::blocks) << "the others wait for its posts";
  EXPECT_EQ(promised(Face::snapshot, 0, step_publish), OnDeath::blocks);
  EXPECT_EQ(promised(Face::snapshot, 1, step_read), OnDeath::unaffected);
  EXPECT_EQ(promised(Face::channel, 0, step_send), OnDeath::unaffected);
  EXPECT_EQ(promised(Face::channel, 0, step_receive), OnDeath::aborts);
  EXPECT_EQ(promised(Face::channel, 1, step_send), OnDeath::blocks) << "there is no other on its side";
  EXPECT_EQ(promised(Face::channel, 2, step_done), OnDeath::unaffected);
  EXPECT_EQ(promised(Face::broadcast, 0, step_send), OnDeath::unaffected);
  EXPECT_EQ(promised(Face::broadcast, 0, step_receive), OnDeath::aborts);
  EXPECT_EQ(promised(Face::broadcast, 1, step_receive), OnDeath::aborts);
  EXPECT_EQ(promised(Face::broadcast, 2, step_send), OnDeath::blocks) << "who listens waits for its messages";
}

}  // namespace
}  // namespace shmlab::scenarios::survivors
