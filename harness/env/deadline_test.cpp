#include "env/deadline.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "env/native_env.hpp"
#include "env/turn_clock.hpp"

namespace shmlab::env {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(Deadline, IsThatMuchLater) {
  const Deadline now{seconds(5)};
  EXPECT_EQ(deadline_after(now, seconds(2)), Deadline(seconds(7)));
  EXPECT_EQ(deadline_after(now, seconds(-2)), Deadline(seconds(3)));
}

TEST(Deadline, EndsWithTheClock) {
  EXPECT_EQ(deadline_after(Deadline(seconds(5)), nanoseconds::max()), Deadline::max());
  EXPECT_EQ(deadline_after(Deadline{}, nanoseconds::max()), Deadline::max());
}

TEST(Deadline, BecomesATimespec) {
  const timespec moment = to_timespec(Deadline(seconds(7) + nanoseconds(9)));
  EXPECT_EQ(moment.tv_sec, 7);
  EXPECT_EQ(moment.tv_nsec, 9);
  const timespec before_the_start = to_timespec(Deadline(seconds(-7) - nanoseconds(9)));
  EXPECT_EQ(before_the_start.tv_sec, 0);
  EXPECT_EQ(before_the_start.tv_nsec, 0);
}

TEST(Deadline, IsOfClockMonotonic) {
  timespec before{};
  ASSERT_EQ(clock_gettime(CLOCK_MONOTONIC, &before), 0);
  const timespec now = to_timespec(NativeEnv::now());
  timespec after{};
  ASSERT_EQ(clock_gettime(CLOCK_MONOTONIC, &after), 0);
  const auto whole = [](const timespec& time) { return seconds(time.tv_sec) + nanoseconds(time.tv_nsec); };
  EXPECT_LE(whole(before), whole(now));
  EXPECT_LE(whole(now), whole(after));
}

TEST(TurnClock, StandsStillButForDeadlines) {
  const Deadline start = TurnClock::now();
  EXPECT_EQ(TurnClock::now(), start);
  TurnClock::pass(start + seconds(1));
  EXPECT_EQ(TurnClock::now(), start + seconds(1));
  TurnClock::pass(start);
  EXPECT_EQ(TurnClock::now(), start + seconds(1)) << "it does not go back";
}

}  // namespace
}  // namespace shmlab::env
