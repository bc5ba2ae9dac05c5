#include "strategies/seqlock.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "env/native_env.hpp"
#include "strategies/controls/racy_seqlock.hpp"
#include "strategies/testing/interrupting_env.hpp"
#include "strategies/testing/lanes.hpp"

namespace shmlab::strategies {
namespace {

using testing::InterruptingEnv;
using testing::message;
using Lock = seqlock::Seqlock<InterruptingEnv>;
using Racy = racy_seqlock::RacySeqlock<InterruptingEnv>;

constexpr std::uint32_t bytes = 29;  // three words and a part
constexpr Config config{.payload_bytes = bytes};
constexpr std::uint64_t old_value = 0x1111111111111111;
constexpr std::uint64_t new_value = 0x2222222222222222;

struct Reading {
  std::vector<std::byte> value;
  std::uint64_t retries = 0;
};

/// Reads a published value while another publish() happens at once, just before the reader's atomic access number `access`.
template <class S>
Reading read_with_publish_before(int access) {
  const testing::Object<S> object(config);
  S writer = object.attach(0);
  S reader = object.attach(1);
  writer.publish(message(old_value, bytes));
  Reading reading{std::vector<std::byte>(bytes), 0};
  InterruptingEnv::interrupt(access, [&] { writer.publish(message(new_value, bytes)); });
  reading.retries = reader.read(reading.value);
  InterruptingEnv::reset();
  return reading;
}

/// Accesses of a read that nothing disturbs.
template <class S>
int accesses_of_read() {
  const testing::Object<S> object(config);
  S reader = object.attach();
  std::vector<std::byte> into(bytes);
  InterruptingEnv::reset();
  reader.read(into);
  return InterruptingEnv::accesses;
}

TEST(Seqlock, RetriesWhereverAPublishFallsIntoTheCopy) {
  const int accesses = accesses_of_read<Lock>();
  ASSERT_EQ(accesses, 6) << "number, four words, number";
  for (int access = 0; access < accesses; ++access) {
    const Reading reading = read_with_publish_before<Lock>(access);
    EXPECT_EQ(reading.value, message(new_value, bytes)) << access;
    EXPECT_EQ(reading.retries, access == 0 ? 0U : 1U) << access;
  }
}

TEST(Seqlock, ControlWithoutTheSecondCheckMixesValues) {
  int mixed = 0;
  for (int access = 0; access < accesses_of_read<Racy>(); ++access) {
    const Reading reading = read_with_publish_before<Racy>(access);
    if (reading.value != message(old_value, bytes) && reading.value != message(new_value, bytes)) { ++mixed; }
  }
  EXPECT_EQ(mixed, 3) << "between any two words";
}

struct Death {};

/// A writer dies before its atomic access number `access`; whether it died in publish().
bool publish_dies_before(Lock& writer, int access) {
  InterruptingEnv::interrupt(access, [] { throw Death{}; });
  bool died = false;
  try {
    writer.publish(message(0x3333333333333333, bytes));
  } catch (const Death&) { died = true; }
  InterruptingEnv::reset();
  return died;
}

TEST(Seqlock, IsRepairedByTheNextPublishWhereverAWriterDied) {
  for (int access = 0;; ++access) {
    const testing::Object<Lock> object(config);
    Lock victim = object.attach(0);
    victim.publish(message(old_value, bytes));
    if (!publish_dies_before(victim, access)) {
      EXPECT_EQ(access, 7) << "number, number, four words, number";
      break;
    }
    Lock newcomer = object.attach(1);
    Lock reader = object.attach(2);
    // A second death in a row at the same place must not hurt either.
    EXPECT_TRUE(publish_dies_before(newcomer, access));
    newcomer.publish(message(new_value, bytes));
    std::vector<std::byte> into(bytes);
    EXPECT_EQ(reader.read(into), 0U);
    EXPECT_EQ(into, message(new_value, bytes)) << access;
  }
}

TEST(Seqlock, StartsWhereItIsToldAndComesRound) {
  using Native = seqlock::Seqlock<env::NativeEnv>;
  for (const std::uint64_t first : {std::uint64_t{0} - 5, (std::uint64_t{1} << 32U) - 4, (std::uint64_t{1} << 63U) - 1}) {
    const Config start{.payload_bytes = bytes, .first_sequence = first};
    const testing::Object<Native> object(start);
    Native writer = object.attach(0);
    Native reader = object.attach(1);
    std::uint64_t number = 0;
    // The number is the first word of the object; odd would keep every reader waiting.
    std::memcpy(&number, object.memory(), sizeof number);
    EXPECT_EQ(number, first & ~std::uint64_t{1});
    std::vector<std::byte> into(bytes);
    EXPECT_EQ(reader.read(into), 0U);
    EXPECT_EQ(into, message(0, bytes)) << "blank";
    for (std::uint64_t value = 1; value <= 6; ++value) {
      writer.publish(message(value, bytes));
      EXPECT_EQ(reader.read(into), 0U);
      EXPECT_EQ(into, message(value, bytes));
    }
    std::memcpy(&number, object.memory(), sizeof number);
    EXPECT_EQ(number, (first & ~std::uint64_t{1}) + 12) << "two for each publish, modulo 2^64";
  }
}

}  // namespace
}  // namespace shmlab::strategies
