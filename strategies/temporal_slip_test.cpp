#include "strategies/parts/temporal_slip.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "contract/config.hpp"
#include "contract/testing/object.hpp"
#include "env/native_env.hpp"
#include "strategies/record_ring.hpp"
#include "strategies/spsc_ring.hpp"
#include "strategies/spsc_ring_blocking.hpp"
#include "strategies/spsc_ring_lazy.hpp"
#include "strategies/spsc_ring_watched.hpp"

namespace shmlab::strategies {
namespace {

using shmlab::testing::Object;

/// NativeEnv that counts pauses instead of making them.
struct CountingEnv : env::NativeEnv {
  static inline int pauses = 0;
  static void pause() { ++pauses; }
};
struct WatchedEnv : CountingEnv {
  static constexpr std::uint32_t spin_limit = 0;
};

/// Pauses before the next look.
template <class Env>
int pauses_of(const TemporalSlip<Env>& slip) {
  CountingEnv::pauses = 0;
  slip.keep();
  return CountingEnv::pauses;
}

/// What the looks found (0: nothing at once), one after the other, and the pauses before the next.
int pauses_after(TemporalSlip<CountingEnv>& slip, const std::vector<std::uint64_t>& looks) {
  for (const std::uint64_t found : looks) {
    if (found == 0) {
      slip.found_nothing();
    } else {
      slip.found(found);
    }
  }
  return pauses_of(slip);
}
/// So often it is left out, of looks that find little, before it is tried again.
int looks_without(TemporalSlip<CountingEnv>& slip) {
  int looks = 0;
  for (; pauses_after(slip, {2}) == 0; ++looks) {}
  return looks;
}

TEST(TemporalSlipTest, PausesLongerAsLongAsLooksFindLittleAndThenGoesOnLikeThat) {
  TemporalSlip<CountingEnv> slip(32);
  EXPECT_EQ(pauses_after(slip, {}), 0);
  EXPECT_EQ(pauses_after(slip, {100}), 0) << "enough from the beginning";
  EXPECT_EQ(pauses_after(slip, {1}), 16);
  EXPECT_EQ(pauses_after(slip, {4}), 32);
  EXPECT_EQ(pauses_after(slip, {31}), 64);
  EXPECT_EQ(pauses_after(slip, {16}), 64) << "the most";
  EXPECT_EQ(pauses_after(slip, {32, 900, 40}), 64);
  EXPECT_EQ(pauses_after(slip, {0}), 0) << "who has to wait";
}

TEST(TemporalSlipTest, EndsWhereItDoesNotPay) {
  const auto pauses = [](const std::vector<std::uint64_t>& looks) {
    TemporalSlip<CountingEnv> slip(32);
    return pauses_after(slip, looks);
  };
  EXPECT_EQ(pauses({1, 3}), 0) << "a message for more than four of 16 pauses";
  EXPECT_EQ(pauses({1, 8, 7}), 0) << "of 32";
  EXPECT_EQ(pauses({1, 8, 8, 15}), 0) << "of 64";
  EXPECT_EQ(pauses({8, 8}), 0) << "no more than without";
  EXPECT_EQ(pauses({8, 9}), 32);
}

TEST(TemporalSlipTest, NoMorePausesThanPassWhileASmallRingFills) {
  for (const std::uint64_t enough : {1U, 4U, 8U}) {
    TemporalSlip<CountingEnv> slip(enough);
    for (int i = 0; i < 3; ++i) { EXPECT_LE(pauses_after(slip, {1, 7}), static_cast<int>(2 * enough)) << enough; }
  }
}

TEST(TemporalSlipTest, IsLeftOutLongerTheMoreOftenItWasInVain) {
  for (const std::uint64_t in_vain : {2U, 0U}) {  // what the look finds after the pauses
    TemporalSlip<CountingEnv> slip(32);
    EXPECT_EQ(looks_without(slip), 0);
    for (const int looks : {1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 1023}) {
      pauses_after(slip, {in_vain});
      ASSERT_EQ(looks_without(slip), looks) << in_vain;
    }
    EXPECT_EQ(pauses_after(slip, {20, 20, 31}), 64) << "it pays";
    pauses_after(slip, {2});
    EXPECT_EQ(looks_without(slip), 1023) << "but it never was enough";
    pauses_after(slip, {32, 2});
    EXPECT_EQ(looks_without(slip), 1) << "it was enough: as in the beginning";
  }
}

TEST(TemporalSlipTest, NobodyPausesWhereAnythingIsEnoughOrSomebodyLooksOn) {
  ASSERT_TRUE(rc::check([](const std::vector<std::uint8_t>& looks) {
    TemporalSlip<CountingEnv> anything(0);
    TemporalSlip<WatchedEnv> watched(32);
    for (const std::uint8_t found : looks) {
      if (found == 0) {
        anything.found_nothing();
        watched.found_nothing();
      } else {
        anything.found(found);
        watched.found(found);
      }
      RC_ASSERT(pauses_of(anything) == 0);
      RC_ASSERT(pauses_of(watched) == 0);
    }
  }));
}

/// Whoever takes up to three messages at a time, there or not, pauses a few times in the beginning, and sixteen times in a thousand looks in the end.
TEST(TemporalSlipTest, CostsLittleWhereItIsOfNoUse) {
  ASSERT_TRUE(rc::check([] {
    const auto most = *rc::gen::inRange<std::uint64_t>(1, 4);
    TemporalSlip<CountingEnv> slip(32);
    int pauses = pauses_after(slip, {1});
    for (const std::uint64_t found :
         *rc::gen::container<std::vector<std::uint64_t>>(10'000, rc::gen::inRange<std::uint64_t>(0, most + 1))) {
      pauses += pauses_of(slip);
      pauses_after(slip, {found});
    }
    RC_ASSERT(pauses > 0);
    RC_ASSERT(pauses <= 20 * 16);
  }));
}

/// The two sides of a ring in one thread: what is sent is there before it is received.
template <class S>
class Sides {
 public:
  explicit Sides(const Config& config)
      : object_(config), producer_(object_.attach(0)), consumer_(object_.attach(1)), message_(config.payload_bytes) {}

  /// Pauses as so many are sent, and as they are received.
  int send(int count) {
    CountingEnv::pauses = 0;
    for (; count > 0; --count) { producer_.send(message_); }
    return CountingEnv::pauses;
  }
  int receive(int count) {
    CountingEnv::pauses = 0;
    for (; count > 0; --count) { consumer_.receive(message_); }
    return CountingEnv::pauses;
  }

 private:
  Object<S> object_;
  S producer_;
  S consumer_;
  std::vector<std::byte> message_;
};

template <class S>
class SlippingRingTest : public ::testing::Test {};
using Rings = ::testing::Types<spsc_ring::SpscRing<CountingEnv>, spsc_ring_blocking::SpscRingBlocking<CountingEnv>,
                               spsc_ring_lazy::SpscRingLazy<CountingEnv>, spsc_ring_watched::SpscRingWatched<CountingEnv>,
                               record_ring::RecordRing<CountingEnv>>;
TYPED_TEST_SUITE(SlippingRingTest, Rings);

TYPED_TEST(SlippingRingTest, AConsumerCloseBehindItsProducerPausesAndOneFarBehindDoesNot) {
  Sides<TypeParam> close({.payload_bytes = 8, .capacity = 256});
  close.send(3);
  EXPECT_EQ(close.receive(3), 0) << "it could not know";
  close.send(9);
  EXPECT_GT(close.receive(9), 0);
  Sides<TypeParam> far({.payload_bytes = 8, .capacity = 256});
  for (int i = 0; i < 20; ++i) {
    far.send(100);
    EXPECT_EQ(far.receive(100), 0);
  }
}

TYPED_TEST(SlippingRingTest, AProducerThatFindsLittleRoomPauses) {
  Sides<TypeParam> sides({.payload_bytes = 8, .capacity = 4096});
  int pauses = 0;
  sides.send(4096);
  for (int i = 0; i < 20; ++i) {
    sides.receive(20);
    pauses += sides.send(20);
  }
  if constexpr (std::is_same_v<TypeParam, spsc_ring_lazy::SpscRingLazy<CountingEnv>>) {
    EXPECT_EQ(pauses, 0) << "slots are given back 256 at a time";
  } else if constexpr (std::is_same_v<TypeParam, record_ring::RecordRing<CountingEnv>>) {
    EXPECT_EQ(pauses, 0) << "only its consumer does";
  } else {
    EXPECT_GT(pauses, 0);
  }
}

TYPED_TEST(SlippingRingTest, NobodyPausesWithLongMessagesOrInASmallRing) {
  for (const Config& config : {Config{.payload_bytes = 121, .capacity = 256}, Config{.payload_bytes = 4096, .capacity = 8},
                               Config{.payload_bytes = 8, .capacity = 4}}) {
    Sides<TypeParam> sides(config);
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(sides.send(2), 0);
      EXPECT_EQ(sides.receive(2), 0);
      EXPECT_EQ(sides.send(static_cast<int>(config.capacity)), 0);
      EXPECT_EQ(sides.receive(static_cast<int>(config.capacity)), 0);
    }
  }
}

}  // namespace
}  // namespace shmlab::strategies
