#include "strategies/eventcount.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <thread>

#include "shm/testing/child.hpp"
#include "strategies/testing/lanes.hpp"
#include "strategies/testing/recording_env.hpp"

namespace shmlab::strategies::eventcount {
namespace {

using shm::testing::eventually;
using strategies::testing::Object;
using strategies::testing::RecordingEnv;
using Signal = Eventcount<RecordingEnv>;

class EventcountTest : public ::testing::Test {
 protected:
  void SetUp() override { RecordingEnv::reset(); }
};

TEST_F(EventcountTest, MakesNoSystemCallUnlessSomebodySleeps) {
  const Object<Signal> object({.initial_permits = 1});
  Signal signal = object.attach();
  for (int i = 0; i < 3; ++i) { signal.post(); }
  for (int i = 0; i < 4; ++i) { signal.wait(); }
  EXPECT_EQ(RecordingEnv::waits, 0);
  EXPECT_EQ(RecordingEnv::wakes, 0);
  EXPECT_FALSE(signal.wait_for(std::chrono::milliseconds(0)));
  signal.post();
  signal.post();
  EXPECT_EQ(RecordingEnv::wakes, 1) << "who has given up is forgotten with the first";
}

/// Also where the count of events comes round.
TEST_F(EventcountTest, WakesAllWhoSleepAndLetsOneGoOn) {
  constexpr std::uint64_t most_events = std::numeric_limits<std::uint32_t>::max();
  for (const std::uint64_t first : {std::uint64_t{0}, most_events, most_events - 1}) {
    RecordingEnv::reset();
    const Object<Signal> object({.initial_permits = 0, .first_sequence = first});
    Signal poster = object.attach(0);
    std::atomic<int> through{0};
    const auto wait = [&](std::uint32_t index) {
      Signal signal = object.attach(index);
      signal.wait();
      ++through;
    };
    std::thread one(wait, 1);
    std::thread other(wait, 2);
    EXPECT_TRUE(eventually([] { return RecordingEnv::waits >= 2; }));
    poster.post();
    EXPECT_TRUE(eventually([&] { return through == 1; }));
    poster.post();
    one.join();
    other.join();
    EXPECT_EQ(through, 2);
    EXPECT_FALSE(poster.wait_for(std::chrono::milliseconds(0))) << "a permit too many";
  }
}

}  // namespace
}  // namespace shmlab::strategies::eventcount
