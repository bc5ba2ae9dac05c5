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
#include "explore/testing/small_programs.hpp"
#include "strategies/futex_mutex.hpp"
#include "strategies/seqlock.hpp"
#include "strategies/spsc_ring.hpp"

/// The source files that are measured, explored: they hold, and they do not when an order that they need is taken away.
namespace shmlab::explore {
namespace {

using Env = env::TracedEnv;

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

/// Everybody takes the mutex so often and adds to an ordinary count.
Program mutex(std::uint32_t participants, std::uint32_t operations) {
  using Mutex = strategies::futex_mutex::FutexMutex<Env>;
  struct Shared {
    Mutex::Shared mutex;
    Env::Plain<std::uint32_t> count;
  };
  const auto work = [=](Shared& shared) {
    Mutex endpoint(&shared.mutex, {}, {});
    for (std::uint32_t i = 0; i < operations; ++i) {
      endpoint.lock();
      shared.count.set(shared.count.get() + 1);
      endpoint.unlock();
    }
  };
  return testing::program_of<Shared>(std::vector<std::function<void(Shared&)>>(participants, work), [=](Shared& shared) {
    return shared.count.get() == participants * operations ? Verdict::ok() : Verdict::violated("a section is lost");
  });
}

/// One writer of values whose words are equal, and readers who want them to be, and to grow.
Program snapshots(std::uint32_t readers, std::uint64_t writes) {
  using Seqlock = strategies::seqlock::Seqlock<Env>;
  using Value = std::array<std::uint64_t, 2>;
  static constexpr Config config{.payload_bytes = sizeof(Value)};
  struct Shared {
    alignas(line_pair_bytes) std::array<std::byte, 256> seqlock{};
  };
  std::vector<std::function<void(Shared&)>> bodies;
  bodies.emplace_back([=](Shared& shared) {
    Seqlock endpoint(shared.seqlock.data(), config, {});
    for (std::uint64_t i = 1; i <= writes; ++i) {
      const Value value{i, i};
      endpoint.publish(std::as_bytes(std::span(value)));
    }
  });
  for (std::uint32_t reader = 0; reader < readers; ++reader) {
    bodies.emplace_back([](Shared& shared) {
      Seqlock endpoint(shared.seqlock.data(), config, {});
      Value value{};
      endpoint.read(std::as_writable_bytes(std::span(value)));
      if (value[0] != value[1]) { throw Violated{"torn"}; }
    });
  }
  Program program = testing::program_of<Shared>(std::move(bodies));
  program.create = [](void* memory) { Seqlock::create(new (memory) Shared{}, config); };
  return program;
}

/// Numbers from one to the other.
template <class Ring>
Program numbers(std::uint64_t messages) {
  static constexpr Config config{.payload_bytes = sizeof(std::uint64_t), .capacity = 2};
  struct Shared {
    alignas(line_pair_bytes) std::array<std::byte, 1024> ring{};
  };
  Program program = testing::program_of<Shared>({[=](Shared& shared) {
                                                   Ring endpoint(shared.ring.data(), config, {});
                                                   for (std::uint64_t i = 1; i <= messages; ++i) {
                                                     endpoint.send(std::as_bytes(std::span(&i, 1)));
                                                   }
                                                 },
                                                 [=](Shared& shared) {
                                                   Ring endpoint(shared.ring.data(), config, {});
                                                   for (std::uint64_t i = 1; i <= messages; ++i) {
                                                     std::uint64_t got = 0;
                                                     endpoint.receive(std::as_writable_bytes(std::span(&got, 1)));
                                                     if (got != i) { throw Violated{"out of order"}; }
                                                   }
                                                 }});
  program.create = [](void* memory) {
    new (memory) Shared{};
    EXPECT_LE(Ring::footprint(config).bytes, sizeof(Shared));
    Ring::create(memory, config);
  };
  return program;
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
