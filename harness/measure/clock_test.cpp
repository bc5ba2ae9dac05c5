#include "measure/clock.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "measure/clock_calibration.hpp"

namespace shmlab::measure {
namespace {

/// Every source that this machine offers; the other tests of the program find the scale unchanged.
class ClockOfSource : public testing::TestWithParam<ClockSource> {
 protected:
  void SetUp() override {
    if (GetParam() == ClockSource::clock_gettime) {
      Clock::use({});
    } else if (has_invariant_tsc()) {
      Clock::use({.source = ClockSource::tsc, .ns_per_tick = measure_ns_per_tick()});
    } else {
      GTEST_SKIP() << "no invariant time stamp counter here";
    }
  }
  void TearDown() override { Clock::use(before_); }

 private:
  ClockScale before_ = Clock::scale();
};

TEST_P(ClockOfSource, NeverRunsBackwards) {
  std::uint64_t last = Clock::now();
  for (int reading = 0; reading < 1'000'000; ++reading) {
    const std::uint64_t now = Clock::now();
    ASSERT_GE(now, last);
    last = now;
  }
}

/// A tick bracketed by CLOCK_MONOTONIC: however long the thread is preempted, the tick lies between.
struct Bracket {
  std::uint64_t before_ns = Clock::monotonic_ns();
  std::uint64_t ticks = Clock::now();
  std::uint64_t after_ns = Clock::monotonic_ns();
};

TEST_P(ClockOfSource, TracksTheMonotonicClock) {
  const Bracket begin;
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const Bracket end;
  const double measured_ns = Clock::to_ns(end.ticks - begin.ticks);
  EXPECT_GE(measured_ns, 0.99 * static_cast<double>(end.before_ns - begin.after_ns));
  EXPECT_LE(measured_ns, 1.01 * static_cast<double>(end.after_ns - begin.before_ns));
}

TEST_P(ClockOfSource, ConvertsBothWays) {
  const std::uint64_t ticks = Clock::from_ns(1e9);
  EXPECT_NEAR(Clock::to_ns(ticks), 1e9, Clock::scale().ns_per_tick);
}

std::string name_of_source(const testing::TestParamInfo<ClockSource>& source) {
  return source.param == ClockSource::tsc ? "tsc" : "clock_gettime";
}

INSTANTIATE_TEST_SUITE_P(Sources, ClockOfSource, testing::Values(ClockSource::tsc, ClockSource::clock_gettime), name_of_source);

TEST(Clock, CalibratesOnce) {
  const ClockScale before = Clock::scale();
  const ClockScale first = Clock::calibrate();
  EXPECT_EQ(Clock::scale().ns_per_tick, first.ns_per_tick);
  Clock::use({});
  const ClockScale second = Clock::calibrate();
  EXPECT_EQ(first.source, second.source);
  EXPECT_EQ(first.ns_per_tick, second.ns_per_tick);
  EXPECT_EQ(Clock::scale().source, first.source);
  EXPECT_GT(first.ns_per_tick, 0.0);
  Clock::use(before);
}

TEST(TrustTsc, NeedsAnInvariantCounterThatTheKernelHasNotLeft) {
  for (const auto* source : {"", "tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "xen"}) {
    EXPECT_TRUE(trust_tsc(true, source)) << source;
    EXPECT_FALSE(trust_tsc(false, source)) << source;
  }
  for (const auto* source : {"hpet", "acpi_pm", "jiffies", "refined-jiffies", "arch_sys_counter"}) {
    EXPECT_FALSE(trust_tsc(true, source)) << source;
  }
}

}  // namespace
}  // namespace shmlab::measure
