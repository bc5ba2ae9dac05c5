#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "contract/config.hpp"
#include "env/traced_env.hpp"
#include "explore/dpor.hpp"
#include "explore/explore.hpp"
#include "explore/testing/strategy_programs.hpp"
#include "strategies/futex_mutex.hpp"
#include "strategies/seqlock.hpp"
#include "strategies/spsc_ring.hpp"
#include "strategies/spsc_ring_blocking.hpp"

/// The sizes of programs that are seen to their end, a spurious wake each included. Other tests look for faults; these say how far "nothing was found"
/// reaches. Together less than a minute.
namespace shmlab::explore {
namespace {

using Env = env::TracedEnv;
using FutexMutex = strategies::futex_mutex::FutexMutex<Env>;
using Seqlock = strategies::seqlock::Seqlock<Env>;
using SpscRing = strategies::spsc_ring::SpscRing<Env>;
using SpscRingBlocking = strategies::spsc_ring_blocking::SpscRingBlocking<Env>;

void expect_exhausted(const Program& program) {
  Dpor search;
  const Settings settings;
  EXPECT_EQ(settings.bounds.spurious_wakes, 1U);
  const auto found = explore(program, settings, search);
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
  EXPECT_TRUE(found.is_exhaustive()) << describe(found, settings);
  EXPECT_EQ(found.cut_short, 0U);
  EXPECT_GT(found.executions, 10U);
}

TEST(ExhaustionTest, FutexMutexOfTwoWithThreeSections) {
  expect_exhausted(testing::sections<FutexMutex>(2, 3));
}
TEST(ExhaustionTest, FutexMutexOfThree) {
  expect_exhausted(testing::sections<FutexMutex>(3, 1));
}
TEST(ExhaustionTest, SeqlockOfThreeWrites) {
  expect_exhausted(testing::snapshots<Seqlock>(1, 3));
}
TEST(ExhaustionTest, SeqlockOfTwoReaders) {
  expect_exhausted(testing::snapshots<Seqlock>(2, 1));
}
TEST(ExhaustionTest, RingOfFourMessages) {
  expect_exhausted(testing::numbers<SpscRing>(4));
}
TEST(ExhaustionTest, BlockingRingOfTwoMessages) {
  expect_exhausted(testing::numbers<SpscRingBlocking>(2));
}

/// Four come at once; the first creates, and the others wait until that is done, as regions and their objects are created. Everybody finds what was made.
struct Birth {
  Env::Atomic<std::uint32_t> state{0};  ///< 0 nothing, 1 being made, 2 there
  Env::Plain<std::uint64_t> header;
  alignas(line_pair_bytes) std::array<std::byte, 256> seqlock{};
};
Program births(std::uint32_t participants, std::memory_order ready) {
  static constexpr Config config{.payload_bytes = sizeof(std::uint64_t)};
  constexpr std::uint64_t magic = 42;
  const auto come = [ready](Birth& birth) {
    std::uint32_t seen = 0;
    // acquire: pairs with the store of 2
    if (birth.state.compare_exchange_strong(seen, 1, std::memory_order_acquire, std::memory_order_acquire)) {
      birth.header.set(magic);
      Seqlock::create(birth.seqlock.data(), config);
      birth.state.store(2, ready);  // pairs with the acquires of those who wait
    } else {
      for (; seen != 2; seen = birth.state.load(std::memory_order_acquire)) { Env::pause(); }
    }
    if (birth.header.get() != magic) { throw Violated{"it is not whole"}; }
    std::uint64_t value = 1;
    Seqlock(birth.seqlock.data(), config, {}).read(std::as_writable_bytes(std::span(&value, 1)));
    if (value != 0) { throw Violated{"it has another value than the first"}; }
  };
  return testing::program_of<Birth>(std::vector<std::function<void(Birth&)>>(participants, come));
}

TEST(ExhaustionTest, InitialisationByFour) {
  expect_exhausted(births(4, std::memory_order_release));
}
TEST(ExhaustionTest, InitialisationNeedsItsRelease) {
  Dpor search;
  EXPECT_FALSE(explore(births(2, std::memory_order_relaxed), {}, search).verdict.is_ok());
}

}  // namespace
}  // namespace shmlab::explore
