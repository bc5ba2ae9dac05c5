#include "shm/start_barrier.hpp"

#include <gtest/gtest.h>

#include <array>
#include <new>
#include <thread>
#include <vector>

#include "shm/mapping_address.hpp"
#include "shm/region.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::shm {
namespace {

using testing::Child;

constexpr std::uint32_t parties = 4;
constexpr int all_agree = 0;
constexpr int too_early = 1;
constexpr int off = 2;

struct Shared {
  StartBarrier barrier;
  std::array<std::atomic<std::uint32_t>, parties> completed;
};

class StartBarrierBetweenProcesses : public ::testing::Test {
 protected:
  StartBarrierBetweenProcesses() { (new (region_.payload()) Shared{})->barrier.create(parties); }

  [[nodiscard]] Shared& shared() const { return *reinterpret_cast<Shared*>(region_.payload()); }

  void move_away(std::uint32_t party) {
    map_apart(party, region_.mapped_bytes(), [&](void* address) { region_.relocate(address); });
  }

  /// Passes that many phases; before each, what is written by one must be seen by all after it.
  int pass_phases(std::uint32_t party, std::uint32_t phases) {
    move_away(party);
    for (std::uint32_t phase = 1; phase <= phases; ++phase) {
      shared().completed[party].store(phase, std::memory_order_relaxed);  // relaxed: the barrier publishes it
      if (shared().barrier.arrive_and_wait() == Released::called_off) { return off; }
      for (const auto& other : shared().completed) {
        if (other.load(std::memory_order_relaxed) < phase) { return too_early; }  // relaxed: the barrier acquired it
      }
    }
    return all_agree;
  }

  std::vector<Child> start(std::uint32_t count, std::uint32_t phases) {
    std::vector<Child> children;
    for (std::uint32_t party = 0; party < count; ++party) {
      children.emplace_back([this, party, phases] { return pass_phases(party, phases); });
    }
    return children;
  }

  Region region_ = Region::create({.kind = RegionKind::anonymous, .payload_bytes = sizeof(Shared)});
};

TEST_F(StartBarrierBetweenProcesses, keeps_phases_apart) {
  for (Child& child : start(parties, 500)) { EXPECT_EQ(child.wait(), all_agree); }
  EXPECT_FALSE(shared().barrier.is_called_off());
}

TEST_F(StartBarrierBetweenProcesses, does_not_open_before_the_last_party) {
  std::vector<Child> children = start(parties - 1, 1);
  ASSERT_TRUE(testing::eventually([this] { return shared().barrier.arrived() == parties - 1; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  for (Child& child : children) { EXPECT_TRUE(child.is_running()); }
  Child last([this] { return pass_phases(parties - 1, 1); });
  EXPECT_EQ(last.wait(), all_agree);
  for (Child& child : children) { EXPECT_EQ(child.wait(), all_agree); }
}

TEST_F(StartBarrierBetweenProcesses, calls_everybody_off_when_a_peer_is_killed) {
  constexpr std::uint32_t endless = 1U << 30U;
  std::vector<Child> children = start(parties, endless);
  // relaxed: a number to wait for
  ASSERT_TRUE(testing::eventually([this] { return shared().completed[0].load(std::memory_order_relaxed) > 20; }));
  children.back().kill();
  EXPECT_EQ(children.back().wait(), Child::killed);
  children.pop_back();
  shared().barrier.call_off();
  for (Child& child : children) { EXPECT_EQ(child.wait(), off); }
  // Everybody heard the same: the survivors stopped in one phase.
  for (std::uint32_t party = 1; party < parties - 1; ++party) { EXPECT_EQ(shared().completed[party], shared().completed[0]); }
}

TEST_F(StartBarrierBetweenProcesses, turns_newcomers_away_after_a_call_off) {
  shared().barrier.call_off();
  EXPECT_TRUE(shared().barrier.is_called_off());
  for (Child& child : start(parties, 1)) { EXPECT_EQ(child.wait(), off); }
}

TEST(StartBarrier, of_one_party_never_waits) {
  StartBarrier barrier;
  barrier.create(1);
  for (int phase = 0; phase < 3; ++phase) { EXPECT_EQ(barrier.arrive_and_wait(), Released::together); }
  barrier.call_off();
  EXPECT_EQ(barrier.arrive_and_wait(), Released::called_off);
}

TEST(StartBarrier, publishes_between_threads) {
  StartBarrier barrier;
  barrier.create(2);
  std::array<int, 2> plain{};
  const auto run = [&](std::size_t self) {
    for (int round = 1; round <= 200; ++round) {
      plain.at(self) = round;
      barrier.arrive_and_wait();
      EXPECT_EQ(plain.at(1 - self), round);
      barrier.arrive_and_wait();
    }
  };
  std::thread other(run, 1);
  run(0);
  other.join();
}

}  // namespace
}  // namespace shmlab::shm
