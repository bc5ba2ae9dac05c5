#include "strategies/spsc_ring_watched.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <system_error>
#include <vector>

#include "contract/config.hpp"
#include "contract/testing/object.hpp"
#include "env/native_env.hpp"
#include "env/testing/killer.hpp"
#include "env/traced_env.hpp"
#include "shm/region.hpp"
#include "shm/testing/child.hpp"
#include "strategies/controls/broken_spsc_ring_watched.hpp"
#include "strategies/testing/lanes.hpp"

namespace shmlab::strategies {
namespace {

using E = env::TracedEnv;
using shm::testing::Child;
using shm::testing::eventually;
using testing::message;
constexpr std::uint32_t bytes = 16;

template <class S>
class WatchedRings {
 public:
  WatchedRings() { S::create(region_.payload(), config_); }
  S attach() { return S(region_.payload(), config_, {}); }

 private:
  Config config_{.payload_bytes = bytes, .capacity = 2};
  shm::Region region_ = shm::Region::create({.kind = shm::RegionKind::memfd, .payload_bytes = S::footprint(config_).bytes});
};
using Ring = spsc_ring_watched::SpscRingWatched<E>;

/// Whether the call says that the peer died.
bool is_told(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::system_error& error) { return error.code() == std::errc::owner_dead; }
  return false;
}

class SpscRingWatchedTest : public ::testing::Test {
 protected:
  /// A process that sends so many and is then killed.
  void send_and_die(std::uint64_t messages) {
    Child child([&] {
      Ring ring = rings_.attach();
      for (std::uint64_t i = 1; i <= messages; ++i) { ring.send(message(i, bytes)); }
      return raise(SIGKILL);
    });
    EXPECT_EQ(child.wait(), Child::killed);
  }
  WatchedRings<Ring> rings_;
  std::vector<std::byte> into_ = std::vector<std::byte>(bytes);
};

TEST_F(SpscRingWatchedTest, AReceiverGetsWhatWasSentAndIsThenToldOnce) {
  send_and_die(2);
  Ring ring = rings_.attach();
  for (std::uint64_t number = 1; number <= 2; ++number) {
    ring.receive(into_);
    EXPECT_EQ(into_, message(number, bytes));
  }
  EXPECT_TRUE(is_told([&] { ring.receive(into_); }));
  EXPECT_FALSE(ring.try_receive(into_)) << "told once";
  Ring heir = rings_.attach();
  heir.send(message(3, bytes));
  ring.receive(into_);
  EXPECT_EQ(into_, message(3, bytes));
}

TEST_F(SpscRingWatchedTest, ASenderIsToldWhenTheRingIsFull) {
  Child consumer([&] {
    Ring ring = rings_.attach();
    ring.try_receive(into_);
    return raise(SIGKILL);
  });
  EXPECT_EQ(consumer.wait(), Child::killed);
  Ring ring = rings_.attach();
  ring.send(message(1, bytes));
  ring.send(message(2, bytes));
  EXPECT_TRUE(is_told([&] { ring.reserve(); }));
  EXPECT_TRUE(ring.reserve().empty());
  Ring heir = rings_.attach();
  heir.receive(into_);
  EXPECT_EQ(into_, message(1, bytes));
  ring.send(message(3, bytes));
}

TEST_F(SpscRingWatchedTest, ASleeperIsWokenByADeath) {
  Child producer([&] {
    Ring ring = rings_.attach();
    ring.send(message(1, bytes));
    for (;;) { pause(); }
    return 0;
  });
  Child consumer([&] {
    Ring ring = rings_.attach();
    ring.receive(into_);
    return is_told([&] { ring.receive(into_); }) ? 1 : 2;
  });
  ASSERT_TRUE(eventually([&] { return producer.is_asleep() && consumer.is_asleep(); }));
  producer.kill();
  EXPECT_EQ(consumer.wait(), 1);
}

TEST_F(SpscRingWatchedTest, NobodyIsToldOfOneWhoLeft) {
  { rings_.attach().send(message(1, bytes)); }
  Ring ring = rings_.attach();
  ring.receive(into_);
  EXPECT_FALSE(ring.try_receive(into_));
}

TEST_F(SpscRingWatchedTest, ASideIsPlayedByOneAtATime) {
  Ring one = rings_.attach();
  one.send(message(1, bytes));
  Ring other = rings_.attach();
  EXPECT_THROW(other.try_send(message(2, bytes)), std::system_error);
}

/// Killed before each access in turn, also before each change of the robust list: what was handed over is received, in order, and then the
/// receiver is told if the dead had begun to play.
TEST(SpscRingWatchedDeaths, LoseNothingThatWasHandedOver) {
  constexpr std::uint64_t messages = 3;
  std::uint32_t told = 0;
  std::uint32_t deaths = 0;
  for (bool died = true; died; ++deaths) {
    WatchedRings<Ring> rings;
    Child child([&] {
      Ring ring = rings.attach();
      env::testing::Killer killer(deaths);
      const env::Traced traced(killer);
      for (std::uint64_t i = 1; i <= messages; ++i) {
        if (!ring.try_send(message(i, bytes))) { break; }
      }
      return 0;
    });
    died = child.wait() == Child::killed;
    Ring ring = rings.attach();
    std::vector<std::byte> into(bytes);
    std::uint64_t received = 0;
    const bool is_dead = is_told([&] {
      while (ring.try_receive(into)) { EXPECT_EQ(into, message(++received, bytes)); }
    });
    told += is_dead ? 1 : 0;
    EXPECT_EQ(ring.try_receive(into), false);
  }
  EXPECT_GE(deaths, 10U);
  EXPECT_GE(told, 5U);
}

/// Negative control: nobody is told.
TEST(SpscRingWatchedControl, OneThatIsOnNoListTellsNobody) {
  using Control = broken_spsc_ring_watched::BrokenSpscRingWatchedNoList<env::NativeEnv>;
  WatchedRings<Control> rings;
  Child child([&] {
    Control ring = rings.attach();
    ring.send(message(1, bytes));
    return raise(SIGKILL);
  });
  EXPECT_EQ(child.wait(), Child::killed);
  Control ring = rings.attach();
  std::vector<std::byte> into(bytes);
  ring.receive(into);
  EXPECT_FALSE(is_told([&] { ring.try_receive(into); }));
}

}  // namespace
}  // namespace shmlab::strategies
