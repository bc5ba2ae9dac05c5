#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "contract/config.hpp"
#include "env/traced_env.hpp"
#include "explore/depth_first.hpp"
#include "explore/dpor.hpp"
#include "explore/explore.hpp"
#include "explore/testing/strategy_programs.hpp"
#include "strategies/double_buffer.hpp"
#include "strategies/four_slot.hpp"
#include "strategies/futex_mutex.hpp"
#include "strategies/mcs_lock.hpp"
#include "strategies/mpmc_ring.hpp"
#include "strategies/seqlock.hpp"
#include "strategies/spsc_ring.hpp"
#include "strategies/spsc_ring_blocking.hpp"
#include "strategies/ticket_lock.hpp"
#include "strategies/triple_buffer.hpp"
#include "strategies/ttas_lock.hpp"

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
using SpscRingBlocking = strategies::spsc_ring_blocking::SpscRingBlocking<Env>;

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

TEST(StrategiesTest, SpinLocksHold) {
  expect_to_hold(testing::queued_sections<strategies::ttas_lock::TtasLock<Env>>(2, 1));
  expect_to_hold(testing::queued_sections<strategies::ticket_lock::TicketLock<Env>>(2, 2));
  expect_to_hold(testing::queued_sections<strategies::mcs_lock::McsLock<Env>>(2, 2));
}
/// With only one preemption, since of three there is more than can be seen.
TEST(StrategiesTest, SpinLocksHoldForThree) {
  for (const Program& program : {testing::queued_sections<strategies::ttas_lock::TtasLock<Env>>(3, 1),
                                 testing::queued_sections<strategies::ticket_lock::TicketLock<Env>>(3, 1),
                                 testing::queued_sections<strategies::mcs_lock::McsLock<Env>>(3, 1)}) {
    DepthFirst search(0, 1);
    const auto found = explore(program, quick(), search);
    EXPECT_TRUE(found.verdict.is_ok()) << found.verdict.why;
  }
}
TEST(StrategiesTest, BuffersHold) {
  expect_to_hold(testing::snapshots<strategies::double_buffer::DoubleBuffer<Env>>(1, 2));
  expect_to_hold(testing::snapshots<strategies::four_slot::FourSlot<Env>>(1, 3));
  expect_to_hold(testing::snapshots<strategies::triple_buffer::TripleBuffer<Env>>(1, 3));
}
TEST(StrategiesTest, QueueOfCellsHolds) {
  expect_to_hold(numbers<strategies::mpmc_ring::MpmcRing<Env>>(2));
}

using enum env::Operation;
constexpr auto relaxed = std::memory_order_relaxed;

/// The operations of one kind that have this order and that its executions come to.
std::vector<SeenSite> sites(const Program& program, env::Operation operation, std::memory_order order) {
  SiteLog log;
  Settings settings = quick();
  settings.sites = &log;
  EXPECT_TRUE(explored(program, settings).verdict.is_ok());
  std::vector<SeenSite> found = log.sorted();
  std::erase_if(found, [=](const SeenSite& seen) { return seen.site.operation != operation || seen.orders.order != order; });
  EXPECT_FALSE(found.empty());
  return found;
}

/// What is found where one of those operations after the other has a weaker order; a fence that would have none is left out.
std::vector<std::string> findings(const Program& program, env::Operation operation, std::memory_order from,
                                  std::memory_order to = relaxed) {
  std::vector<std::string> all;
  for (const SeenSite& seen : sites(program, operation, from)) {
    Settings settings = quick();
    const Change change = operation == fence && to == relaxed ? Change::left_out : Change::order;
    settings.mutation = Mutation{.site = seen.site, .change = change, .from = from, .to = to};
    all.push_back(explored(program, settings).verdict.why);
  }
  return all;
}

void expect_all(const std::vector<std::string>& findings, const std::string& to_begin_with) {
  for (const std::string& finding : findings) { EXPECT_TRUE(finding.starts_with(to_begin_with)) << finding; }
}

TEST(StrategiesTest, FutexMutexNeedsItsOrders) {
  expect_all(findings(mutex(2, 1), exchange, std::memory_order_release), "data race");
  expect_all(findings(mutex(2, 1), exchange, std::memory_order_acquire), "data race");
  expect_all(findings(mutex(2, 1), compare_exchange, std::memory_order_acquire), "data race");
}

TEST(StrategiesTest, SeqlockNeedsItsOrders) {
  expect_all(findings(snapshots(1, 1), fence, std::memory_order_release), "P1: torn");
  expect_all(findings(snapshots(1, 1), fence, std::memory_order_acquire), "P1: torn");
  expect_all(findings(snapshots(1, 1), store, std::memory_order_release), "P1: torn");
  expect_all(findings(snapshots(1, 1), load, std::memory_order_acquire), "P1: torn");
}

TEST(StrategiesTest, RingNeedsItsOrders) {
  expect_all(findings(numbers<SpscRing>(1), store, std::memory_order_release), "data race");
  expect_all(findings(numbers<SpscRing>(1), load, std::memory_order_acquire), "data race");
}

/// Store buffering between count and word: no ThreadSanitizer sees it.
TEST(StrategiesTest, BlockingRingNeedsSeqCst) {
  for (const auto& [operation, to] : {std::pair(load, std::memory_order_acquire), std::pair(store, std::memory_order_release)}) {
    const std::vector<std::string> all = findings(numbers<SpscRingBlocking>(1), operation, std::memory_order_seq_cst, to);
    EXPECT_EQ(all.size(), 2U);  // one of advance(), one of await_after()
    for (const std::string& lost : all) { EXPECT_TRUE(lost.starts_with("lost wake-up") || lost.starts_with("deadlock")) << lost; }
  }
}

}  // namespace
}  // namespace shmlab::explore
