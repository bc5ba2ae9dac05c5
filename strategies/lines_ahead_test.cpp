#include "strategies/parts/lines_ahead.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/testing/object.hpp"
#include "env/native_env.hpp"
#include "strategies/spsc_ring.hpp"
#include "strategies/spsc_ring_batch.hpp"
#include "strategies/spsc_ring_bulk.hpp"
#include "strategies/spsc_ring_lazy.hpp"
#include "strategies/spsc_ring_slot_sequence.hpp"

namespace shmlab::strategies {
namespace {

using shmlab::testing::message;
using shmlab::testing::Object;

/// NativeEnv that notes which lines are asked for.
struct AskingEnv : env::NativeEnv {
  static void prefetch_for_write(const std::byte* shared) { asked.push_back(shared); }
  static inline std::vector<const std::byte*> asked;
};

/// Sends up to so many messages, in one call where there is one for several; how many were sent.
template <class S>
std::uint64_t send(S& ring, std::uint64_t count, std::uint32_t payload) {
  std::vector<std::byte> messages;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::vector<std::byte> one = message(i, payload);
    messages.insert(messages.end(), one.begin(), one.end());
  }
  if constexpr (requires { ring.send_bulk(messages); }) {
    return ring.send_bulk(messages);
  } else {
    std::uint64_t sent = 0;
    while (sent < count && ring.try_send(std::span(messages).subspan(sent * payload, payload))) { ++sent; }
    flush(ring);
    return sent;
  }
}

template <class S>
std::uint64_t receive(S& ring, std::uint64_t count, std::uint32_t payload) {
  std::vector<std::byte> into(payload);
  std::uint64_t received = 0;
  while (received < count && ring.try_receive(into)) { ++received; }
  return received;
}

/// A ring with its two sides, and how its slots lie.
template <class S>
class Watched {
 public:
  explicit Watched(const Config& config)
      : config_(config), object_(config), producer_(object_.attach(0)), consumer_(object_.attach(1)) {
    while (true) {
      const std::byte* const slot = producer_.reserve().data();
      if (!slots_.empty() && slot == slots_.front()) { break; }
      slots_.push_back(slot);
      producer_.commit();
      flush(producer_);
      strategies::receive(consumer_, 1, config_.payload_bytes);
    }
    AskingEnv::asked.clear();
  }

  void send(std::uint64_t count) {
    const std::uint64_t sent = strategies::send(producer_, count, config_.payload_bytes);
    for (const std::byte* line : AskingEnv::asked) { check(line, sent_ + sent); }
    asked_ += AskingEnv::asked.size();
    AskingEnv::asked.clear();
    sent_ += sent;
  }
  void receive(std::uint64_t count) { received_ += strategies::receive(consumer_, count, config_.payload_bytes); }
  [[nodiscard]] std::size_t asked() const { return asked_; }

 private:
  /// A line that is asked for begins a slot, or lies in it, that holds no message which the consumer has not received.
  void check(const std::byte* line, std::uint64_t sent) const {
    // The slot of the last message that begins there or before; what lies beside a message lies before it.
    std::size_t slot = 0;
    while (slot + 1 < slots_.size() && slots_[slot + 1] - beside_message <= line) { ++slot; }
    RC_ASSERT(line >= slots_.front() - beside_message);
    RC_ASSERT(line < slots_.back() + config_.payload_bytes);
    for (std::uint64_t held = received_; held < sent_; ++held) { RC_ASSERT(held % slots_.size() != slot); }
    RC_ASSERT(sent - received_ <= slots_.size());
  }

  static constexpr std::ptrdiff_t beside_message =
      std::is_same_v<S, spsc_ring_slot_sequence::SpscRingSlotSequence<AskingEnv>> ? sizeof(std::uint64_t) : 0;
  Config config_;
  Object<S> object_;
  S producer_;
  S consumer_;
  std::vector<const std::byte*> slots_;  ///< where their messages begin
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::size_t asked_ = 0;
};

/// Lines asked for while `messages` are sent, each received before the next.
template <class S>
std::size_t asked_in(std::uint32_t payload, std::uint64_t messages) {
  Watched<S> ring({.payload_bytes = payload, .capacity = 256});
  for (std::uint64_t i = 0; i < messages; ++i) {
    ring.send(1);
    ring.receive(1);
  }
  return ring.asked();
}

template <class S>
class LinesAheadTest : public ::testing::Test {};
using Rings = ::testing::Types<spsc_ring::SpscRing<AskingEnv>, spsc_ring_lazy::SpscRingLazy<AskingEnv>,
                               spsc_ring_batch::SpscRingBatch<AskingEnv>, spsc_ring_bulk::SpscRingBulk<AskingEnv>,
                               spsc_ring_slot_sequence::SpscRingSlotSequence<AskingEnv>>;
TYPED_TEST_SUITE(LinesAheadTest, Rings);

TYPED_TEST(LinesAheadTest, OnlyLinesOfFreeSlotsAreAskedFor) {
  ASSERT_TRUE(rc::check([] {
    const auto payload = *rc::gen::element<std::uint32_t>(1, 8, 12, 24, 64, 100, 120, 121, 128, 1000);
    const auto capacity = *rc::gen::element<std::uint32_t>(1, 2, 8, 9, 33, 100, 256);
    Watched<TypeParam> ring({.payload_bytes = payload, .capacity = capacity});
    for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(-70, 70))) {
      if (step > 0) { ring.send(static_cast<std::uint64_t>(step)); }
      if (step < 0) { ring.receive(static_cast<std::uint64_t>(-step)); }
    }
  }));
}

TYPED_TEST(LinesAheadTest, MessagesOfALineAreAskedForAndLongOnesAreNot) {
  EXPECT_GT(asked_in<TypeParam>(64, 300), 200U);
  EXPECT_EQ(asked_in<TypeParam>(1000, 300), 0U);
}

TEST(LinesAhead, SmallMessagesAreAskedForWhereThePaceIsSteady) {
  EXPECT_GT(asked_in<spsc_ring_batch::SpscRingBatch<AskingEnv>>(8, 800), 50U);
  EXPECT_LE(asked_in<spsc_ring_batch::SpscRingBatch<AskingEnv>>(8, 800), 100U) << "once a line";
  EXPECT_GT(asked_in<spsc_ring_slot_sequence::SpscRingSlotSequence<AskingEnv>>(8, 800), 100U);
  EXPECT_EQ(asked_in<spsc_ring::SpscRing<AskingEnv>>(8, 800), 0U);
  EXPECT_EQ(asked_in<spsc_ring_lazy::SpscRingLazy<AskingEnv>>(8, 800), 0U);
}

TEST(LinesAhead, FourLinesAndEightSlotsAtLeast) {
  for (const std::size_t stride : {8U, 16U, 24U, 32U, 40U, 64U, 128U}) {
    EXPECT_GE(lines_ahead::slots_ahead(stride), 8U);
    EXPECT_GT((lines_ahead::slots_ahead(stride) + 1) * stride, 4 * cache_line_bytes) << stride;
    EXPECT_LE(lines_ahead::slots_ahead(stride) * stride, 16 * cache_line_bytes) << stride;
  }
}

}  // namespace
}  // namespace shmlab::strategies
