#include "check/pattern.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace shmlab::check {
namespace {

using Bytes = std::vector<std::byte>;

Bytes filled(std::size_t bytes, std::uint64_t version, std::uint64_t tag = 0) {
  Bytes payload(bytes);
  fill(payload, version, tag);
  return payload;
}

const std::size_t sizes[] = {1, 2, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 64, 65, 127, 1000, 1024, 4096, 65536};

rc::Gen<std::uint64_t> versions() {
  return rc::gen::map(rc::gen::inRange<std::uint64_t>(0, 1'000'000), [](auto v) { return v + 1; });
}

TEST(Pattern, GivesTheVersionBackAtEverySize) {
  for (const std::size_t bytes : sizes) {
    const std::uint64_t version = bytes < 8 ? 0x35 : 0x1234'5678'9ABC'DEF1;
    const Inspection inspection = inspect(filled(bytes, version));
    EXPECT_TRUE(inspection.whole()) << bytes;
    EXPECT_FALSE(inspection.blank()) << bytes;
    EXPECT_EQ(inspection.version, version) << bytes;
    EXPECT_EQ(inspection.tag, 0U) << bytes;
  }
}

TEST(Pattern, BelowEightBytesTheVersionComesBackModuloThePayload) {
  EXPECT_EQ(inspect(filled(1, 0x1FF)).version, 0xFFU);
  EXPECT_EQ(inspect(filled(3, 0x12345678)).version, 0x345678U);
}

TEST(Pattern, CarriesATagFromTwentyFourBytesOn) {
  const std::uint64_t stamp = 0xFEDC'BA98'7654'3210;
  for (const std::size_t bytes : sizes) {
    EXPECT_EQ(inspect(filled(bytes, 3, stamp)).tag, bytes >= pattern::least_tagged ? stamp : 0) << bytes;
    EXPECT_TRUE(inspect(filled(bytes, 3, stamp)).whole()) << bytes;
  }
}

TEST(Pattern, PutTagAfterwardsEqualsFillingWithTheTag) {
  for (const std::size_t bytes : sizes) {
    Bytes payload = filled(bytes, 77);
    put_tag(payload, 77, 4711);
    EXPECT_EQ(payload, filled(bytes, 77, 4711)) << bytes;
  }
}

TEST(Pattern, AllZeroIsBlankAndOneOtherByteIsNot) {
  for (const std::size_t bytes : sizes) {
    Bytes payload(bytes);
    EXPECT_TRUE(inspect(payload).blank()) << bytes;
    EXPECT_EQ(inspect(payload).version, 0U) << bytes;
    payload.back() = std::byte{1};
    EXPECT_FALSE(inspect(payload).blank()) << bytes;
  }
}

TEST(Pattern, TheNextVersionDiffersInEveryByte) {
  for (const std::size_t bytes : {1U, 7U, 8U, 9U, 15U}) {
    for (std::uint64_t version = 1; version < 1000; ++version) {
      const Bytes one = filled(bytes, version);
      const Bytes next = filled(bytes, version + 1);
      for (std::size_t i = 0; i < bytes; ++i) { ASSERT_NE(one[i], next[i]) << version << " at " << i; }
    }
  }
}

RC_GTEST_PROP(Pattern, AReaderWhoKnowsTheVersionFindsTheFirstOfAnyWrongBytes, ()) {
  const auto bytes = *rc::gen::inRange<std::size_t>(1, 200);
  const auto version = *versions();
  Bytes payload = filled(bytes, version);
  RC_ASSERT(first_wrong(payload, version) == no_offset);
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes);
  payload[at] ^= std::byte{*rc::gen::inRange<std::uint8_t>(1, 255)};
  const std::size_t wrong = first_wrong(payload, version);
  const bool in_tag = bytes >= pattern::least_tagged && at >= 16 && at < 24;  // shows as a wrong checksum
  if (in_tag) {
    RC_ASSERT(wrong >= 8U && wrong < 16U);
  } else {
    RC_ASSERT(wrong == at);
  }
}

RC_GTEST_PROP(Pattern, AReaderWhoDoesNotKnowTheVersionFindsAnyWrongByteFromSixteenBytesOn, ()) {
  const auto bytes = *rc::gen::inRange<std::size_t>(16, 300);
  Bytes payload = filled(bytes, *versions(), *rc::gen::arbitrary<std::uint64_t>());
  payload[*rc::gen::inRange<std::size_t>(0, bytes)] ^= std::byte{*rc::gen::inRange<std::uint8_t>(1, 255)};
  RC_ASSERT(!inspect(payload).whole());
}

RC_GTEST_PROP(Pattern, AMixtureOfTwoVersionsIsFoundFromSixteenBytesOn, ()) {
  const auto bytes = *rc::gen::inRange<std::size_t>(16, 300);
  const auto older = *versions();
  const auto newer = older + *rc::gen::inRange<std::uint64_t>(1, 100);
  Bytes payload = filled(bytes, newer, newer * 1000);
  const Bytes before = filled(bytes, older, older * 1000);
  const auto from = *rc::gen::inRange<std::size_t>(0, bytes);
  const auto to = *rc::gen::inRange<std::size_t>(from + 1, bytes + 1);
  RC_PRE(to - from < bytes);
  std::copy(before.begin() + static_cast<std::ptrdiff_t>(from), before.begin() + static_cast<std::ptrdiff_t>(to),
            payload.begin() + static_cast<std::ptrdiff_t>(from));
  RC_PRE(payload != before && payload != filled(bytes, newer, newer * 1000));  // neighbours may share bytes
  RC_ASSERT(!inspect(payload).whole());
}

RC_GTEST_PROP(Pattern, AWrongTailIsFoundFromNineToFifteenBytes, ()) {
  const auto bytes = *rc::gen::inRange<std::size_t>(9, 16);
  Bytes payload = filled(bytes, *versions());
  const auto at = *rc::gen::inRange<std::size_t>(8, bytes);
  payload[at] ^= std::byte{*rc::gen::inRange<std::uint8_t>(1, 255)};
  RC_ASSERT(inspect(payload).wrong_at == at);
}

TEST(Pattern, AMixtureOfEightBytesShowsAsAVersionThatWasNeverWritten) {
  const Bytes older = filled(8, 5);
  Bytes mixture = filled(8, 6);
  std::copy_n(older.begin(), 4, mixture.begin());
  EXPECT_TRUE(inspect(mixture).whole());  // the limit of what is possible
  EXPECT_GT(inspect(mixture).version, 1'000'000U);
}

TEST(Pattern, WordsInTheWrongPlaceAreFound) {
  Bytes payload = filled(64, 9);
  std::swap_ranges(payload.begin() + 32, payload.begin() + 40, payload.begin() + 48);
  EXPECT_EQ(inspect(payload).wrong_at, 32U);
}

TEST(Pattern, APayloadCutToAnotherSizeIsFound) {
  const Bytes payload = filled(128, 9);
  EXPECT_FALSE(inspect(std::span(payload).first(64)).whole());
}

TEST(Pattern, MovesBytesThroughTheGivenMemory) {
  struct Counting {
    static std::size_t& bytes() {
      static std::size_t moved = 0;
      return moved;
    }
    static void copy_in(void* to, const void* from, std::size_t count) {
      bytes() += count;
      LocalMemory::copy_in(to, from, count);
    }
    static void copy_out(void* to, const void* from, std::size_t count) { copy_in(to, from, count); }
  };
  Bytes payload(100);
  fill<Counting>(payload, 2);
  EXPECT_GE(Counting::bytes(), 100U);
  Counting::bytes() = 0;
  EXPECT_TRUE(inspect<Counting>(payload).whole());
  EXPECT_EQ(Counting::bytes(), 100U);
}

}  // namespace
}  // namespace shmlab::check
