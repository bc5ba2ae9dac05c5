#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "contract/adapters/locked_snapshot.hpp"
#include "contract/face.hpp"
#include "env/native_env.hpp"
#include "strategies/controls/racy_seqlock.hpp"
#include "strategies/controls/unsynchronised.hpp"
#include "strategies/double_buffer.hpp"
#include "strategies/four_slot.hpp"
#include "strategies/futex_mutex.hpp"
#include "strategies/pthread_mutex_robust.hpp"
#include "strategies/robust_seqlock.hpp"
#include "strategies/seqlock.hpp"
#include "strategies/testing/lanes.hpp"
#include "strategies/triple_buffer.hpp"
#include "strategies/unnamed_semaphore.hpp"

namespace shmlab::strategies {
namespace {

using E = env::NativeEnv;
using testing::Lane;
using testing::message;

/// One publishes versions 1 .. 3,000, two (or as many as may) read until they see the last: whole values, never an older one after a newer one.
template <Snapshot S>
testing::Trial<S> watching(std::uint32_t bytes) {
  constexpr std::uint64_t versions = 3000;
  constexpr std::uint32_t readers = S::descriptor.limits.readers == 1 ? 1 : 2;
  testing::Trial<S> trial{.config = {.participants = 1 + readers, .readers = readers, .payload_bytes = bytes}, .bodies = {}};
  trial.bodies.emplace_back([bytes](S& snapshot, std::byte* /*own*/) {
    for (std::uint64_t version = 1; version <= versions; ++version) {
      snapshot.publish(message(version, bytes));
      if (version % 64 == 0) { E::yield(); }  // the readers get a turn, also on one CPU
    }
    return true;
  });
  const auto reader = [bytes](S& snapshot, std::byte* /*own*/) {
    std::vector<std::byte> into(bytes);
    std::uint64_t version = 0;
    while (version < versions) {
      snapshot.read(into);
      std::uint64_t seen = 0;
      std::memcpy(&seen, into.data(), sizeof seen);
      if (seen < version || into != message(seen, bytes)) { return false; }
      version = seen;
    }
    return true;
  };
  trial.bodies.insert(trial.bodies.end(), readers, reader);
  return trial;
}

template <class S>
class SnapshotTest : public ::testing::Test {};
using Snapshots =
    ::testing::Types<seqlock::Seqlock<E>, robust_seqlock::RobustSeqlock<E>, double_buffer::DoubleBuffer<E>,
                     four_slot::FourSlot<E>, triple_buffer::TripleBuffer<E>, LockedSnapshot<E, futex_mutex::FutexMutex<E>>,
                     LockedSnapshot<E, pthread_mutex_robust::PthreadMutexRobust<E>>,
                     LockedSnapshot<E, unnamed_semaphore::UnnamedSemaphore<E>>>;
TYPED_TEST_SUITE(SnapshotTest, Snapshots);

constexpr std::uint32_t sizes[] = {8, 13, 64, 1000};

TYPED_TEST(SnapshotTest, IsWholeAndMonotonicForThreads) {
  for (const std::uint32_t bytes : sizes) { EXPECT_TRUE(holds(Lane::threads, watching<TypeParam>(bytes))) << bytes; }
}
TYPED_TEST(SnapshotTest, IsWholeAndMonotonicForProcesses) {
  for (const std::uint32_t bytes : sizes) { EXPECT_TRUE(holds(Lane::processes, watching<TypeParam>(bytes))) << bytes; }
}

TYPED_TEST(SnapshotTest, ReadsTheLatestValueOfAnySize) {
  EXPECT_TRUE(rc::check([] {
    const auto bytes = *rc::gen::inRange<std::uint32_t>(1, 5001);
    const auto values = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::arbitrary<std::uint64_t>());
    const testing::Object<TypeParam> object({.payload_bytes = bytes});
    TypeParam writer = object.attach(0);
    TypeParam reader = object.attach(1);
    // One byte more, to see that nothing is written beyond the payload.
    std::vector<std::byte> into(bytes + 1, std::byte{0xa5});
    const std::span<std::byte> payload(into.data(), bytes);
    RC_ASSERT(reader.read(payload) == 0U);
    RC_ASSERT(std::ranges::equal(payload, message(0, bytes)));
    for (const std::uint64_t value : values) {
      writer.publish(message(value, bytes));
      RC_ASSERT(reader.read(payload) == 0U);
      RC_ASSERT(std::ranges::equal(payload, message(value, bytes)));
      RC_ASSERT(into.back() == std::byte{0xa5});
    }
  }));
}

TEST(SnapshotControl, ASeqlockWithoutItsSecondCheckIsCaught) {
  EXPECT_TRUE(is_caught(watching<racy_seqlock::RacySeqlock<E>>(1000)));
}
TEST(SnapshotControl, AValueWithoutProtectionIsCaught) {
  EXPECT_TRUE(is_caught(watching<unsynchronised::Unsynchronised<E>>(1000)));
}

}  // namespace
}  // namespace shmlab::strategies
