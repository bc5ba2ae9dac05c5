#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <new>
#include <source_location>
#include <span>
#include <string>
#include <vector>

#include "contract/config.hpp"
#include "env/traced_env.hpp"
#include "explore/depth_first.hpp"
#include "explore/dpor.hpp"
#include "explore/explore.hpp"
#include "explore/testing/strategy_programs.hpp"
#include "strategies/futex_mutex.hpp"
#include "strategies/seqlock.hpp"
#include "strategies/spsc_ring.hpp"

/// The source files that are measured, explored: they hold, and they do not when an order that they need is taken away.
namespace shmlab::explore {
namespace {

using Env = env::TracedEnv;
using testing::numbers;

Program mutex(std::uint32_t participants, std::uint32_t operations) {
  return testing::sections<strategies::futex_mutex::FutexMutex<Env>>(participants, operations);
}
Program snapshots(std::uint32_t readers, std::uint64_t writes) {
  return testing::snapshots<strategies::seqlock::Seqlock<Env>>(readers, writes);
}

Settings quick() {
  Settings settings;
  settings.bounds.spurious_wakes = 0;
  settings.most_time = std::chrono::seconds(60);
  return settings;
}

Exploration explored(const Program& program, const Settings& settings = quick()) {
  Dpor search;
  return explore(program, settings, search);
}

using SpscRing = strategies::spsc_ring::SpscRing<Env>;
using SpscRingBlocking = strategies::spsc_ring::SpscRingBlocking<Env>;

void expect_to_hold(const Program& program) {
  const auto found = explored(program);
  EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
  EXPECT_TRUE(found.is_exhaustive());
  EXPECT_FALSE(found.met.contains(Bound::steps));
}

TEST(StrategiesTest, FutexMutexHolds) {
  expect_to_hold(mutex(2, 2));
  Settings spurious = quick();
  spurious.bounds.spurious_wakes = 1;
  EXPECT_TRUE(explored(mutex(2, 1), spurious).verdict.is_ok());
}
TEST(StrategiesTest, SeqlockHolds) {
  expect_to_hold(snapshots(1, 2));
  expect_to_hold(snapshots(2, 1));
}
TEST(StrategiesTest, RingHolds) {
  expect_to_hold(numbers<SpscRing>(3));
}
TEST(StrategiesTest, BlockingRingHolds) {
  expect_to_hold(numbers<SpscRingBlocking>(1));
}

/// Takes away the order of every operation of this kind that has this order.
Settings weaker(env::Operation operation, std::memory_order from, std::memory_order to = std::memory_order_relaxed) {
  Settings settings = quick();
  settings.weakening = [=](env::Operation which, std::memory_order order, const std::source_location& /*where*/) {
    return which == operation && order == from ? to : order;
  };
  return settings;
}

TEST(StrategiesTest, FutexMutexNeedsItsOrders) {
  using enum env::Operation;
  EXPECT_TRUE(explored(mutex(2, 1), weaker(exchange, std::memory_order_release)).verdict.why.starts_with("data race"));
  EXPECT_TRUE(explored(mutex(2, 1), weaker(exchange, std::memory_order_acquire)).verdict.why.starts_with("data race"));
  EXPECT_TRUE(explored(mutex(2, 1), weaker(compare_exchange, std::memory_order_acquire)).verdict.why.starts_with("data race"));
}

TEST(StrategiesTest, SeqlockNeedsItsOrders) {
  using enum env::Operation;
  EXPECT_EQ(explored(snapshots(1, 1), weaker(fence, std::memory_order_release)).verdict.why, "P1: torn");
  EXPECT_EQ(explored(snapshots(1, 1), weaker(fence, std::memory_order_acquire)).verdict.why, "P1: torn");
  EXPECT_EQ(explored(snapshots(1, 1), weaker(store, std::memory_order_release)).verdict.why, "P1: torn");
  EXPECT_EQ(explored(snapshots(1, 1), weaker(load, std::memory_order_acquire)).verdict.why, "P1: torn");
}

TEST(StrategiesTest, RingNeedsItsOrders) {
  using enum env::Operation;
  EXPECT_TRUE(explored(numbers<SpscRing>(1), weaker(store, std::memory_order_release)).verdict.why.starts_with("data race"));
  EXPECT_TRUE(explored(numbers<SpscRing>(1), weaker(load, std::memory_order_acquire)).verdict.why.starts_with("data race"));
}

/// Store buffering between count and word: no ThreadSanitizer sees it.
TEST(StrategiesTest, BlockingRingNeedsSeqCst) {
  using enum env::Operation;
  const auto lost = explored(numbers<SpscRingBlocking>(1), weaker(load, std::memory_order_seq_cst, std::memory_order_acquire));
  EXPECT_TRUE(lost.verdict.why.starts_with("lost wake-up") || lost.verdict.why.starts_with("deadlock")) << lost.verdict.why;
  const auto lost_too =
      explored(numbers<SpscRingBlocking>(1), weaker(store, std::memory_order_seq_cst, std::memory_order_release));
  EXPECT_FALSE(lost_too.verdict.is_ok());
}

}  // namespace
}  // namespace shmlab::explore
