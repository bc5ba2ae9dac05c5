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

TEST(TemporalSlipTest, PausesLongerAsLongAsLooksFindLittleAndThenGoesOnLikeThat) {
  TemporalSlip<CountingEnv> slip(32);
  EXPECT_EQ(pauses_of(slip), 0);
  slip.found(100);
  EXPECT_EQ(pauses_of(slip), 0) << "enough from the beginning";
  for (const auto [found, pauses] :
       {std::pair{1, 16}, std::pair{5, 32}, std::pair{31, 64}, std::pair{20, 64}, std::pair{32, 64}, std::pair{900, 64}}) {
    slip.found(static_cast<std::uint64_t>(found));
    EXPECT_EQ(pauses_of(slip), pauses) << found;
  }
  slip.found_nothing();
  EXPECT_EQ(pauses_of(slip), 0) << "who has to wait";
}

TEST(TemporalSlipTest, IsLeftOutForAWhileWhereItBringsNothing) {
  TemporalSlip<CountingEnv> slip(32);
  for (const int left_out : {1, 3, 7, 15, 31, 63, 63}) {
    slip.found(2);
    ASSERT_GT(pauses_of(slip), 0) << left_out;
    slip.found(2);  // no more than without
    for (int i = 0; i < left_out; ++i) {
      ASSERT_EQ(pauses_of(slip), 0) << i << " of " << left_out;
      slip.found(2);
    }
    ASSERT_EQ(pauses_of(slip), 0) << left_out;
  }
  slip.found(2);
  slip.found(3);  // it brings something
  slip.found_nothing();
  slip.found(2);
  ASSERT_GT(pauses_of(slip), 0);
  slip.found(2);
  slip.found(2);
  slip.found(2);
  EXPECT_GT(pauses_of(slip), 0) << "left out no more often than in the beginning";
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

/// Of one who takes what is there already, a message or some at a time, few pauses are in vain: 64 at most for each 64 looks in the long run.
TEST(TemporalSlipTest, CostsLittleWhereItIsOfNoUse) {
  ASSERT_TRUE(rc::check([] {
    const auto found = *rc::gen::inRange<std::uint64_t>(1, 32);
    TemporalSlip<CountingEnv> slip(32);
    int pauses = 0;
    for (int look = 0; look < 6400; ++look) {
      pauses += pauses_of(slip);
      slip.found(found);
    }
    RC_ASSERT(pauses > 0);
    RC_ASSERT(pauses < 6400);
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
