#include "scenarios/recorded_lock.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

#include "check/why.hpp"
#include "scenarios/testing/fake_lock.hpp"
#include "scenarios/testing/fake_shared_lock.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::recorded_lock {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnLock = Rig<RecordedLock, Face::exclusive, FakeLock>;
using OnSharedLock = Rig<RecordedLock, Face::shared_read, FakeSharedLock>;
using Params = RecordedLock::Params;

template <class OnFake>
class RecordedLockIs : public ::testing::Test {};
using AllFaces = ::testing::Types<OnLock, OnSharedLock>;
TYPED_TEST_SUITE(RecordedLockIs, AllFaces);

TYPED_TEST(RecordedLockIs, LinearizableWhenCorrect) {
  for (const std::uint64_t participants : {2U, 3U, 8U}) {
    for (const std::uint64_t operations : {1U, 2U, 3U, 100U}) {
      for (const std::uint64_t program : {0ULL, 1ULL, ~0ULL}) {
        TypeParam rig(Params{.participants = participants, .operations = operations, .program = program});
        const Report report = rig.run();
        EXPECT_EQ(report.findings(), "");
        EXPECT_TRUE(report.judgement.is_ok());
        EXPECT_TRUE(report.history_judgement.is_ok()) << report.history_judgement.why;
        EXPECT_EQ(report.history.size(), participants * operations * 2);
      }
    }
  }
}

TEST(RecordedLock, ReadsWhereThereAreReaders) {
  OnSharedLock rig({.participants = 2, .operations = 100, .program = 1});
  EXPECT_EQ(rig.run().findings(), "");
  EXPECT_GT(rig.states()[0].shared_locks, 0U);
}

/// Whether some history of a lock with that fault is no lock's, at last.
template <class OnFake, class Break>
bool is_caught(Break break_it) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < deadline) {
    OnFake rig({.participants = 3, .operations = 1000, .program = 1});
    break_it(rig.states()[0]);
    if (rig.run().history_judgement.judgement == Judgement::violated) { return true; }
  }
  return false;
}

TEST(RecordedLock, CatchesALockThatDoesNotExclude) {
  EXPECT_TRUE(is_caught<OnLock>([](FakeLock::State& state) { state.excludes = false; }));
}
TEST(RecordedLock, CatchesReadersBesideAWriter) {
  EXPECT_TRUE(is_caught<OnSharedLock>([](FakeSharedLock::State& state) { state.excludes_readers = false; }));
}

TEST(RecordedLock, ALostUnlockLeavesEverybodyAsleep) {
  OnLock rig({.participants = 3, .operations = 50, .program = 1});
  rig.states()[0].lost_unlock = 20;
  const Report report = rig.run();
  EXPECT_TRUE(report.stranded);
  EXPECT_TRUE(report.history_judgement.is_ok()) << "who waits for ever contradicts nothing: " << report.history_judgement.why;
}

TEST(RecordedLock, CatchesADeathThatNobodyDied) {
  OnLock rig({.participants = 2, .operations = 10, .program = 1});
  rig.states()[0].after_lock = [](std::uint64_t n) { return n == 3 ? Acquired::owner_died : Acquired::clean; };
  EXPECT_EQ(rig.run({0}).findings(), check::nobody_died(Acquired::owner_died) + "; ");
}

}  // namespace
}  // namespace shmlab::scenarios::recorded_lock
