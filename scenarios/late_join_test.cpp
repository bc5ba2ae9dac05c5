#include "scenarios/late_join.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "scenarios/testing/fake_channel.hpp"
#include "scenarios/testing/fake_lock.hpp"
#include "scenarios/testing/fake_signal.hpp"
#include "scenarios/testing/fake_snapshot.hpp"
#include "scenarios/testing/rig.hpp"
#include "scenarios/testing/sanitizer.hpp"

namespace shmlab::scenarios::late_join {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnChannel = Rig<LateJoin, Face::channel, FakeChannel>;
using OnSnapshot = Rig<LateJoin, Face::snapshot, FakeSnapshot>;
using OnSignal = Rig<LateJoin, Face::signal, FakeSignal>;
using OnLock = Rig<LateJoin, Face::exclusive, FakeLock>;
using Params = LateJoin::Params;

/// Runs with something happening whenever a participant attaches.
template <class OnFake, class OnAttach>
Report run(const Params& values, OnAttach on_attach) {
  OnFake rig(values);
  auto& state = rig.states()[0];
  if constexpr (requires { state.payload_bytes; }) {
    state.payload_bytes = values.payload_bytes;
    state.capacity = values.capacity;
  }
  OnFake::on_attach = [&](std::uint32_t index) { on_attach(rig, index); };
  Report report = rig.run();
  OnFake::on_attach = nullptr;
  return report;
}

template <class OnFake>
class LateJoinIsHarmless : public ::testing::Test {};
using AllFaces = ::testing::Types<OnChannel, OnSnapshot, OnSignal, OnLock>;
TYPED_TEST_SUITE(LateJoinIsHarmless, AllFaces);

TYPED_TEST(LateJoinIsHarmless, OnACorrectStrategy) {
  for (const std::uint64_t participants : {2U, 3U, 8U}) {
    for (const std::uint64_t operations : {1U, 2U, 3U, 40U}) {
      for (const std::uint64_t lateness : {0U, 1U, 5U, 64U}) {
        for (const std::uint64_t created_late : {0U, 1U}) {
          const Params values{.participants = participants,
                              .operations = operations,
                              .lateness = lateness,
                              .capacity = 4,
                              .created_late = created_late};
          const Report report = run<TypeParam>(values, [](auto& /*rig*/, std::uint32_t /*index*/) {});
          EXPECT_EQ(report.findings(), "");
          EXPECT_TRUE(report.judgement.is_ok());
        }
      }
    }
  }
}

TYPED_TEST(LateJoinIsHarmless, AndReallyLate) {
  for (const std::uint64_t lateness : {1U, 5U}) {
    run<TypeParam>({.participants = 3, .operations = 10, .lateness = lateness}, [&](auto& rig, std::uint32_t index) {
      if (index != 0) { EXPECT_GE(rig.shared().done.load(std::memory_order_relaxed), lateness); }
    });
  }
}

TYPED_TEST(LateJoinIsHarmless, NobodyAttachesBeforeItIsCreated) {
  std::atomic<int> creations{0};
  TypeParam::on_create = [&] {
    std::this_thread::yield();
    ++creations;
  };
  run<TypeParam>({.participants = 4, .operations = 2, .lateness = 0, .created_late = 1},
                 [&](auto& /*rig*/, std::uint32_t /*index*/) { EXPECT_EQ(creations, 1); });
  EXPECT_EQ(creations, 1);
  run<TypeParam>({.participants = 4, .operations = 2, .lateness = 0, .created_late = 0},
                 [](auto& /*rig*/, std::uint32_t /*index*/) {});
  EXPECT_EQ(creations, 1) << "the harness has created it";
  TypeParam::on_create = nullptr;
}

TEST(LateJoin, CatchesWhoTakesAwayThePermits) {
  const Report report = run<OnSignal>({.participants = 2, .operations = 9, .lateness = 9}, [](auto& rig, std::uint32_t index) {
    if (index == 0) { return; }
    const std::scoped_lock guard(rig.states()[0].mutex);
    rig.states()[0].permits = 0;
  });
  EXPECT_TRUE(report.stranded);
}

TEST(LateJoin, CatchesWhoTakesAwayTheMessages) {
  const auto clear = [](auto& rig, std::uint32_t index) {
    if (index == 0) { return; }
    const std::scoped_lock guard(rig.states()[0].mutex);
    rig.states()[0].queue.clear();
    rig.states()[0].abandon->changed();
  };
  const Params values{.participants = 2, .operations = 9, .lateness = 3, .capacity = 3};
  const Report report = run<OnChannel>(values, clear);
  EXPECT_EQ(report.findings(), "message 4 of producer 0 comes when 1 is due; ");
}

TEST(LateJoin, CatchesWhoTakesAwayTheValue) {
  const Report report = run<OnSnapshot>({.participants = 2, .operations = 9, .lateness = 9}, [](auto& rig, std::uint32_t index) {
    if (index == 0) { return; }
    const std::scoped_lock guard(rig.states()[0].mutex);
    rig.states()[0].latest.clear();
  });
  EXPECT_EQ(report.findings(), "the version read went back from 9 to 0; ");
}

TEST(LateJoin, CatchesWhoOpensTheLock) {
  if (under_thread_sanitizer) { GTEST_SKIP() << "races on purpose"; }
  OnLock rig({.participants = 2, .operations = 2, .lateness = 1, .inside_pauses = 1});
  // In the middle of the second section of the first one the other attaches, and gets in.
  std::atomic<bool> inside{false};
  std::atomic<bool> entered{false};
  OnLock::on_attach = [&](std::uint32_t index) {
    if (index == 0) { return; }
    while (!inside) { std::this_thread::yield(); }
    rig.states()[0].held = false;
  };
  rig.states()[0].after_lock = [&](std::uint64_t n) {
    if (n == 2) {
      HookedEnv::in_pause = [&] {
        inside = true;
        while (!entered) { std::this_thread::yield(); }
      };
    } else {
      HookedEnv::in_pause = nullptr;
    }
    if (n == 3) { entered = true; }
    return Acquired::clean;
  };
  EXPECT_NE(rig.run().findings().find("owner"), std::string::npos);
  OnLock::on_attach = nullptr;
}

TEST(LateJoin, TheJudgeCounts) {
  LateJoin::Shared<HookedEnv> shared{};
  const Params values{.participants = 2, .operations = 4};
  EXPECT_TRUE(LateJoin::judge<HookedEnv>(values, shared, finished({4, 4})).is_ok());
  EXPECT_EQ(LateJoin::judge<HookedEnv>(values, shared, finished({4, 3})).why, "operations of the latecomers is 3, expected 4");
}

}  // namespace
}  // namespace shmlab::scenarios::late_join
