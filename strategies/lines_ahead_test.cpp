#include "strategies/parts/lines_ahead.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include "contract/config.hpp"
#include "contract/face.hpp"
#include "contract/testing/object.hpp"
#include "env/native_env.hpp"
#include "strategies/record_ring.hpp"
#include "strategies/spsc_ring.hpp"
#include "strategies/spsc_ring_batch.hpp"
#include "strategies/spsc_ring_bulk.hpp"
#include "strategies/spsc_ring_lazy.hpp"
#include "strategies/spsc_ring_slot_sequence.hpp"
#include "strategies/spsc_ring_watched.hpp"
#include "strategies/triple_buffer.hpp"

namespace shmlab::strategies {
namespace {

using shmlab::testing::Object;

/// NativeEnv that notes, in their order, which lines are asked for and what is copied in.
struct AskingEnv : env::NativeEnv {
  struct Event {
    const std::byte* at;
    std::size_t copied;  ///< bytes; 0: asked for
  };
  static void prefetch_for_write(const std::byte* shared) { events.push_back({shared, 0}); }
  static void copy_in(void* shared, const void* local, std::size_t bytes) {
    events.push_back({static_cast<const std::byte*>(shared), bytes});
    env::NativeEnv::copy_in(shared, local, bytes);
  }
  static inline std::vector<Event> events;

  static void prefetch_for_read(const std::byte* shared) { asked_to_read.push_back(shared); }
  static void copy_out(void* local, const void* shared, std::size_t bytes) {
    read_last = static_cast<const std::byte*>(shared);
    env::NativeEnv::copy_out(local, shared, bytes);
  }
  static inline std::vector<const std::byte*> asked_to_read;
  static inline const std::byte* read_last = nullptr;
};

/// A ring with its two sides, and how its slots lie.
template <class S>
class Watched {
 public:
  explicit Watched(const Config& config)
      : config_(config), object_(config), producer_(object_.attach(0)), consumer_(object_.attach(1)) {
    while (true) {
      const std::byte* const message = producer_.reserve().data();
      if (!messages_.empty() && message == messages_.front()) { break; }
      messages_.push_back(message);
      producer_.commit();
      flush(producer_);
      receive(1);
    }
    is_held_.assign(messages_.size(), false);
    received_ = 0;
    AskingEnv::events.clear();
  }

  /// Sends up to so many messages, in one call where there is one for several; how many lines were asked for.
  std::size_t send(std::uint64_t count, bool in_place = false) {
    const std::vector<std::byte> messages(count * config_.payload_bytes);
    if constexpr (requires { producer_.send_bulk(messages); }) {
      producer_.send_bulk(messages);
    } else {
      while (count > 0 && (in_place ? fill_in_place() : producer_.try_send(std::span(messages).first(config_.payload_bytes)))) {
        --count;
      }
      flush(producer_);
    }
    std::size_t asked = 0;
    for (const AskingEnv::Event& event : AskingEnv::events) {
      if (event.copied > 0) {
        hold(event);
      } else {
        check(event.at);
        ++asked;
      }
    }
    AskingEnv::events.clear();
    return asked;
  }
  bool fill_in_place() {
    const std::span<std::byte> message = producer_.reserve();
    if (message.empty()) { return false; }
    AskingEnv::events.push_back({message.data(), message.size()});
    producer_.commit();
    return true;
  }
  void receive(std::uint64_t count) {
    std::vector<std::byte> into(config_.payload_bytes);
    for (; count > 0 && consumer_.try_receive(into); --count) {
      if (!is_held_.empty()) { is_held_[received_++ % is_held_.size()] = false; }
    }
  }

 private:
  [[nodiscard]] bool overlaps(std::size_t slot, const std::byte* from, std::size_t bytes) const {
    return messages_[slot] - beside_message < from + bytes && from < messages_[slot] + config_.payload_bytes;
  }
  void hold(const AskingEnv::Event& copy) {
    for (std::size_t slot = 0; slot < messages_.size(); ++slot) {
      if (overlaps(slot, copy.at, copy.copied)) { is_held_[slot] = true; }
    }
  }
  /// A line that is asked for has slots in it, and none that holds a message which the consumer has not received.
  void check(const std::byte* asked) const {
    const std::byte* const line = asked - reinterpret_cast<std::uintptr_t>(asked) % cache_line_bytes;
    bool has_slots = false;
    for (std::size_t slot = 0; slot < messages_.size(); ++slot) {
      if (!overlaps(slot, line, cache_line_bytes)) { continue; }
      has_slots = true;
      RC_ASSERT(!is_held_[slot]);
    }
    RC_ASSERT(has_slots);
  }

  static constexpr std::ptrdiff_t beside_message = std::is_same_v<S, spsc_ring_slot_sequence::SpscRingSlotSequence<AskingEnv>> ||
                                                           std::is_same_v<S, record_ring::RecordRing<AskingEnv>>
                                                       ? sizeof(std::uint64_t)
                                                       : 0;
  Config config_;
  Object<S> object_;
  S producer_;
  S consumer_;
  std::vector<const std::byte*> messages_;  ///< of the slots, in the order in which they are filled
  std::vector<bool> is_held_;
  std::uint64_t received_ = 0;
};

/// Lines asked for while `messages` are sent, each received before the next; every other one is written in place.
template <class S>
std::size_t asked_in(std::uint32_t payload, std::uint64_t messages) {
  Watched<S> ring({.payload_bytes = payload, .capacity = 256});
  std::size_t asked = 0;
  for (std::uint64_t i = 0; i < messages; ++i) {
    asked += ring.send(1, i % 2 != 0);
    ring.receive(1);
  }
  return asked;
}

using Spsc = spsc_ring::SpscRing<AskingEnv>;
using Lazy = spsc_ring_lazy::SpscRingLazy<AskingEnv>;
using Batch = spsc_ring_batch::SpscRingBatch<AskingEnv>;
using Bulk = spsc_ring_bulk::SpscRingBulk<AskingEnv>;
using Guarded = spsc_ring_watched::SpscRingWatched<AskingEnv>;
using Record = record_ring::RecordRing<AskingEnv>;
using SlotSequence = spsc_ring_slot_sequence::SpscRingSlotSequence<AskingEnv>;

template <class S>
class LinesAheadTest : public ::testing::Test {};
using Rings = ::testing::Types<Spsc, Lazy, Batch, Bulk, SlotSequence, Guarded, Record>;
TYPED_TEST_SUITE(LinesAheadTest, Rings);

TYPED_TEST(LinesAheadTest, OnlyLinesOfFreeSlotsAreAskedFor) {
  ASSERT_TRUE(rc::check([] {
    Watched<TypeParam> ring(
        {.payload_bytes = *rc::gen::element<std::uint32_t>(1, 8, 12, 24, 40, 64, 72, 100, 120, 121, 128, 1000),
         .capacity = *rc::gen::element<std::uint32_t>(1, 2, 8, 9, 33, 100, 256),
         .first_sequence = *rc::gen::element<std::uint64_t>(0, 5, std::numeric_limits<std::uint64_t>::max() - 50)});
    for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(-70, 70))) {
      if (step > 0) { ring.send(static_cast<std::uint64_t>(step), step % 2 != 0); }
      if (step < 0) { ring.receive(static_cast<std::uint64_t>(-step)); }
    }
  }));
}

TEST(LinesAhead, MessagesOfOneOrTwoLinesAreAskedForAndLongerOnesAreNot) {
  const auto expect = [](auto asked_in) {
    EXPECT_GT(asked_in(64), 200U);
    EXPECT_GT(asked_in(120), 200U);
    EXPECT_EQ(asked_in(121), 0U);
    EXPECT_EQ(asked_in(1000), 0U);
  };
  expect([](std::uint32_t payload) { return asked_in<Spsc>(payload, 300); });
  expect([](std::uint32_t payload) { return asked_in<Lazy>(payload, 300); });
  expect([](std::uint32_t payload) { return asked_in<Batch>(payload, 300); });
  expect([](std::uint32_t payload) { return asked_in<SlotSequence>(payload, 300); });
  expect([](std::uint32_t payload) { return asked_in<Guarded>(payload, 300); });
  expect([](std::uint32_t payload) { return asked_in<Record>(payload, 300); });
}

/// A round of 256 slots and what is given back late: where the room that is known runs short, a few messages ask for none.
TEST(LinesAhead, SmallMessagesAskForALineEach) {
  const auto expect = [](std::size_t asked) {
    EXPECT_LE(asked, 800U);
    EXPECT_GE(asked, 600U);
  };
  for (const std::uint32_t payload : {8U, 16U, 24U, 40U}) {
    expect(asked_in<Spsc>(payload, 800));
    expect(asked_in<Lazy>(payload, 800));
    expect(asked_in<Batch>(payload, 800));
    expect(asked_in<Guarded>(payload, 800));
  }
  expect(asked_in<SlotSequence>(8, 800));
}

TEST(LinesAhead, ACallForSeveralAsksForItsOwnLinesAndTheNextOnes) {
  Watched<Bulk> lines({.payload_bytes = 64, .capacity = 256});
  EXPECT_EQ(lines.send(64), 56U + lines_ahead::most_lines) << "all but the first eight, and those of the next call";
  Watched<Bulk> words({.payload_bytes = 8, .capacity = 256});
  EXPECT_EQ(words.send(64), lines_ahead::most_lines);
}

TEST(LinesAhead, FourLinesAndEightSlotsAtLeastAndWholeLines) {
  for (std::size_t stride = 8; stride <= 2 * cache_line_bytes; stride += 8) {
    const std::uint64_t slots = lines_ahead::slots_ahead(stride);
    EXPECT_GE(slots, 8U);
    EXPECT_GE(slots * stride, 4 * cache_line_bytes) << stride;
    EXPECT_EQ(slots * stride % cache_line_bytes, 0U) << stride;
    EXPECT_LE(slots * stride, 16 * cache_line_bytes) << stride;
  }
}

TEST(LinesAhead, AReaderOfATripleBufferAsksForTheFirstLinesOfWhatItReadsNextIfItIsNew) {
  for (const std::uint32_t payload : {1U, 64U, 65U, 512U, 4096U}) {
    Object<triple_buffer::TripleBuffer<AskingEnv>> object({.payload_bytes = payload});
    auto writer = object.attach(0);
    auto reader = object.attach(1);
    std::vector<std::byte> value(payload);
    for (int i = 0; i < 4; ++i) {
      writer.publish(value);
      if (i == 2) { writer.publish(value); }
      AskingEnv::asked_to_read.clear();
      reader.read(value);
      std::vector<const std::byte*> lines;
      for (std::size_t at = 0; at < std::min(payload, 512U); at += cache_line_bytes) {
        lines.push_back(AskingEnv::read_last + at);
      }
      EXPECT_EQ(AskingEnv::asked_to_read, lines) << payload;
      AskingEnv::asked_to_read.clear();
      reader.read(value);
      EXPECT_TRUE(AskingEnv::asked_to_read.empty()) << "nothing new";
    }
  }
}

}  // namespace
}  // namespace shmlab::strategies
